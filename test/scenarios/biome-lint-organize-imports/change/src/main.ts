import { b } from "./b";
import { readFileSync } from "node:fs";
import { a } from "./a";

export const sum = a + b + readFileSync("n").length;
