import type { Matcher } from '../matcher.ts';
import { busted } from './busted.ts';
import { commonTest } from './common-test.ts';
import { elm } from './elm.ts';
import { erlang } from './erlang.ts';
import { eunit } from './eunit.ts';
import { fortran } from './fortran.ts';
import { gnat } from './gnat.ts';
import { hdl } from './hdl.ts';
import { latex } from './latex.ts';
import { lua, luacheck } from './lua.ts';
import { ocaml } from './ocaml.ts';
import { pascal } from './pascal.ts';
import { prose } from './prose.ts';
import { splint } from './splint.ts';
import { vendors } from './vendors.ts';

/** Compilers of languages that have few tools, and makers' own. */
export const LANGUAGES: readonly Matcher[] = [
  gnat,
  hdl,
  ocaml,
  pascal,
  fortran,
  latex,
  elm,
  erlang,
  commonTest,
  eunit,
  lua,
  luacheck,
  busted,
  splint,
  vendors,
];

/** Forms that many tools share; they take what no tool's own matcher has taken. */
export const PROSE: readonly Matcher[] = [prose];
