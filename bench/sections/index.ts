import type { Section } from '../section.ts';
import { hostileLogs } from './hostile-logs.ts';
import { intake } from './intake.ts';
import { live } from './live.ts';
import { logs } from './logs.ts';
import { start } from './start.ts';
import { steadyLoad } from './steady-load.ts';

/** All sections, in the order they run and are written down. */
export const SECTIONS: readonly Section[] = [intake, steadyLoad, start, logs, hostileLogs, live];
