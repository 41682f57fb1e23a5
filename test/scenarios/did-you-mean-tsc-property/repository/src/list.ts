export const size = (list: string[]): number => list.length;
