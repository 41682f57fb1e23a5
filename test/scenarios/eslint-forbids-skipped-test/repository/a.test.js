import test from "node:test";

test("works", () => {});
