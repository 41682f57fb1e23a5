export const size = (list: string[]): number => list.lenght;
export const first = (list: string[]): string => list[0]?.toUpperCase().trimm() ?? "";
