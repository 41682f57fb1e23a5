export const isOpen = (): boolean => Math.random() > 0.5;
export const label = (): string => (isOpen() ? "open" : "closed");
