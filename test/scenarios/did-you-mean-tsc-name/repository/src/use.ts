import { fromCents } from "./money";

export const price = fromCents(5);
