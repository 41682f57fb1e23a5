import { price } from "./price";

export type Prices = typeof price;
