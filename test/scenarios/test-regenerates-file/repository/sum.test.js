import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import test from "node:test";
import { sum } from "./sum.js";

test("sums", () => {
  const have = `${sum(1, 2)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync("golden/sum.txt", have);
  assert.equal(have, readFileSync("golden/sum.txt", "utf8"));
});
