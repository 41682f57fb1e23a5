export const isOpen = (): boolean => Math.random() > 0.5;
export function label(): string {
  if (isOpen) {
    return "open";
  }
  return "closed";
}
