export type Shape = { size: number };
export const unit = 1;
