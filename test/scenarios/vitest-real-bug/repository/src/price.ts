export const gross = (net: number): number => Math.round(net * 1.19);
