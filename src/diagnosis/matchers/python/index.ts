import type { Matcher } from '../../matcher.ts';
import { pytest } from './pytest.ts';

/** Tools of Python. */
export const PYTHON: readonly Matcher[] = [pytest];
