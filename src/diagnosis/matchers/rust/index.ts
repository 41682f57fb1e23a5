import type { Matcher } from '../matcher.ts';
import { cargo } from './cargo.ts';
import { cargoTest } from './cargo-test.ts';
import { nextest } from './nextest.ts';
import { rustc } from './rustc.ts';
import { rustfmt } from './rustfmt.ts';

/** Tools of Rust. */
export const RUST: readonly Matcher[] = [rustc, cargo, nextest, cargoTest, rustfmt];
