import type { Matcher } from '../matcher.ts';
import { msbuild } from './msbuild.ts';
import { nunit } from './nunit.ts';
import { vstest } from './vstest.ts';
import { xunit } from './xunit.ts';

/** Tools of .NET. */
export const DOTNET: readonly Matcher[] = [msbuild, vstest, xunit, nunit];
