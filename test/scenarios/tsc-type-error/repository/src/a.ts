export const twice = (n: number): number => 2 * n;
export const four = twice(2);
