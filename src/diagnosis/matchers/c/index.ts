import type { Matcher } from '../matcher.ts';
import { assembler } from './assembler.ts';
import { automake } from './automake.ts';
import { catch2 } from './catch2.ts';
import { checkpatch } from './checkpatch.ts';
import { clangFormat } from './clang-format.ts';
import { clangTidy } from './clang-tidy.ts';
import { cmake } from './cmake.ts';
import { cppcheck } from './cppcheck.ts';
import { cpplint } from './cpplint.ts';
import { ctest } from './ctest.ts';
import { doctest } from './doctest.ts';
import { doxygen } from './doxygen.ts';
import { drMemory } from './dr-memory.ts';
import { edg } from './edg.ts';
import { flawfinder } from './flawfinder.ts';
import { gcc } from './gcc.ts';
import { genericColons } from './generic.ts';
import { gfortran } from './gfortran.ts';
import { gtest } from './gtest.ts';
import { linker } from './linker.ts';
import { make } from './make.ts';
import { meson } from './meson.ts';
import { msvc } from './msvc.ts';
import { ninja } from './ninja.ts';
import { pkgConfig } from './pkg-config.ts';
import { sanitizer } from './sanitizer.ts';
import { unity } from './unity.ts';
import { valgrind } from './valgrind.ts';
import { visualStudioForm } from './visual-studio-form.ts';

/** Tools of C, C++ and Fortran. Those that write GCC's form with something of their own come before it. */
export const C: readonly Matcher[] = [
  unity,
  clangFormat,
  clangTidy,
  cppcheck,
  cpplint,
  checkpatch,
  flawfinder,
  doxygen,
  assembler,
  gfortran,
  msvc,
  visualStudioForm,
  gcc,
  linker,
  edg,
  cmake,
  make,
  ninja,
  ctest,
  automake,
  pkgConfig,
  meson,
  gtest,
  catch2,
  doctest,
  sanitizer,
  valgrind,
  drMemory,
];

/** A form that many tools share; it takes what no tool's own matcher has taken. */
export const GENERIC: readonly Matcher[] = [genericColons];
