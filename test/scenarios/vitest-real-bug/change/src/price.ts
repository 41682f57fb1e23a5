export const gross = (net: number): number => Math.ceil(net * 1.2);
