import assert from "node:assert";
import { readFileSync } from "node:fs";
import test from "node:test";
import { page } from "../page.mjs";

test("page", () => {
  const name = new URL("__snapshots__/page.html", import.meta.url);
  assert.equal(page(), readFileSync(name, "utf8"));
});
