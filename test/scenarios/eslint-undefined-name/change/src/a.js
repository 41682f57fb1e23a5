export const a = settings.size == 1;
