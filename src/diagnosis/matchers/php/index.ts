import type { Matcher } from '../matcher.ts';
import { composer } from './composer.ts';
import { php } from './php.ts';
import { phpcs } from './phpcs.ts';
import { phpmd } from './phpmd.ts';
import { phpstan } from './phpstan.ts';
import { phpunit } from './phpunit.ts';
import { psalm } from './psalm.ts';
import { runTests } from './run-tests.ts';

/** Tools of PHP. */
export const PHP: readonly Matcher[] = [php, phpunit, phpstan, psalm, phpcs, phpmd, composer, runTests];
