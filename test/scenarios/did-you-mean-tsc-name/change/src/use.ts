import { fromCent } from "./money";

const amount = 5;
export const price = fromCent(amuont);
