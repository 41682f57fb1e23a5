import type { ActionEnvironment } from '../config/action-environment.ts';
import type { ConfigReading } from '../config/effective-config.ts';
import type { At } from '../github/index.ts';
import type { Makers } from '../healing/services.ts';
import { runFixer } from '../isolation/fixer-process.ts';
import { passGate } from '../policy/gate.ts';
import type { Checkout } from './checkout.ts';
import type { History } from './history.ts';
import type { Occasion } from './occasion.ts';
import type { ActionOutput } from './output.ts';

/** What the steps of the action's story work with. */
export interface Action {
  environment: ActionEnvironment;
  output: ActionOutput;
  at: At;
  occasion: Occasion;
  policy: ConfigReading;
  history: History;
}

/** Fixers have their watched processes here too; the gate need not leave this one, for nothing else waits. */
export const makers: Makers = {
  judgePatch: async (input) => passGate(input),
  runFixer: (task, signal) => runFixer(task, signal),
};

/** The checkout, or why nothing can be tried in it, as a clause. */
export type CheckoutOrReason = Checkout | string;
