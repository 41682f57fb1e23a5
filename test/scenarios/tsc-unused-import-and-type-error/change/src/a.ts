import { m } from "./m";

export const a: number = "1";
