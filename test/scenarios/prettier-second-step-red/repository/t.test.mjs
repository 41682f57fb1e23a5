import test from "node:test";
import assert from "node:assert";
import { sum } from "./sum.mjs";

test("sum", () => assert.equal(sum(1, 2), 3));
