import test from "node:test";

test.skip("works", () => {
  throw new Error("it does not");
});
