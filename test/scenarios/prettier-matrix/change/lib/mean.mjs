import {sum} from "./sum.mjs";
export const mean = (a, b) => sum(a,b)/2;
