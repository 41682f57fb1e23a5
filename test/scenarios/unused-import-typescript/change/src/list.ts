import { cents, euro } from "./money";
import money from "./money";
import { total } from "./cart";

export const list = [total(1)];
