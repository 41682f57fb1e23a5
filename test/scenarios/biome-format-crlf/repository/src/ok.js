export const ok = "✓";
