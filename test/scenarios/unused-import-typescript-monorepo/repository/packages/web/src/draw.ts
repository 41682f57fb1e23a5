import { unit } from "./shape";

export const draw = (): number => unit;
