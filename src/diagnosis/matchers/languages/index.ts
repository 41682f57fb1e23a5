import type { Matcher } from '../matcher.ts';
import { busted } from './busted.ts';
import { commonTest } from './common-test.ts';
import { erlang } from './erlang.ts';
import { eunit } from './eunit.ts';
import { fortran } from './fortran.ts';
import { gnat } from './gnat.ts';
import { hdl } from './hdl.ts';
import { luacheck } from './lua.ts';
import { ocaml } from './ocaml.ts';
import { pascal } from './pascal.ts';
import { prose } from './prose.ts';
import { vendors } from './vendors.ts';

/** Compilers of languages that have few tools, and makers' own. */
export const LANGUAGES: readonly Matcher[] = [
  gnat,
  hdl,
  ocaml,
  pascal,
  fortran,
  erlang,
  commonTest,
  eunit,
  luacheck,
  busted,
  vendors,
];

/** Forms that many tools share; they take what no tool's own matcher has taken. */
export const PROSE: readonly Matcher[] = [prose];
