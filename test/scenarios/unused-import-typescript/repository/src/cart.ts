import { cents } from "./money";

export const total = (n: number): number => n * cents;
