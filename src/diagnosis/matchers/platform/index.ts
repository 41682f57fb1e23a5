import type { Matcher } from '../matcher.ts';
import { runner, workflowCommand } from './runner.ts';

/** GitHub Actions itself. */
export const PLATFORM: readonly Matcher[] = [workflowCommand, runner];
