import { cents, euro } from "./money";

export const total = (n: number): number => n * cents;
