import type { Matcher } from '../matcher.ts';
import { cargo } from './cargo.ts';
import { cargoJson } from './cargo-json.ts';
import { cargoTest } from './cargo-test.ts';
import { nextest } from './nextest.ts';
import { rustc } from './rustc.ts';
import { rustfmt } from './rustfmt.ts';

/** Tools of Rust. */
export const RUST: readonly Matcher[] = [rustc, cargoJson, cargo, nextest, cargoTest, rustfmt];
