export const sum = (n: number[]): number => n.reduce((a, b) => a + b, 0);
