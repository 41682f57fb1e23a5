import type { ProcessEnd } from '../job/process.ts';
import type { JobSession } from '../job/session.ts';

/** What an action is handed: its inputs, and a way to run programs that ends with the step. */
export interface ActionContext {
  session: JobSession;
  /** `with:` over the action's own defaults. */
  inputs: ReadonlyMap<string, string>;
  environment: Readonly<Record<string, string>>;
  /** Takes a line of a program as the runner takes those of a step: it may be a workflow command. */
  command(line: string): void;
  /** Runs a program; its lines go to `onLine`. Rejects with StepFault when it can't be started. */
  execute(command: string, args: readonly string[], options?: ExecuteOptions): Promise<ProcessEnd>;
}

export interface ExecuteOptions {
  cwd?: string;
  env?: Readonly<Record<string, string>>;
  onLine?: (line: string) => void;
}

/** An action that the sandbox carries out itself. `main` and `post` throw StepFault to fail the step. */
export interface Action {
  /** Inputs that the action's `action.yml` gives a value; shown in the log. */
  defaults: Readonly<Record<string, string>>;
  main(context: ActionContext): Promise<Readonly<Record<string, string>>>;
  /** What it does after all steps, last action first. */
  post?(context: ActionContext): Promise<void>;
}
