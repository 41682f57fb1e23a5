import { one } from "../a.js";
export const f = (x) => { return x+1 };
