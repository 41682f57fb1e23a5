export const fromCents = (n: number): number => n / 100;
