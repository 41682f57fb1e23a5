export const id = "core";
