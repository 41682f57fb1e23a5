import assert from "node:assert/strict";
import test from "node:test";
import { greet } from "./greet.js";

test("greets", () => {
  assert.equal(greet("Zoë"), "Hello, Zoë!\nWelcome.\n");
});
