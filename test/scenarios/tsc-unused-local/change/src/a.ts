export const sum = (n: number[]): number => {
  const total = n.reduce((a, b) => a + b, 0);
  return 0;
};
