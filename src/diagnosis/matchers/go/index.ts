import type { Matcher } from '../../matcher.ts';
import { go } from './go.ts';
import { goTest } from './go-test.ts';

/** Tools of Go. */
export const GO: readonly Matcher[] = [go, goTest];
