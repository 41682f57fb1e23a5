export const list: string[] = [];
