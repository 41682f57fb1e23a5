export const total = (lines) => lines.length;
