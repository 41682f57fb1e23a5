import { type Shape, unit } from "./shape";

export const draw = (): number => unit * 2;
