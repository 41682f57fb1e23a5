export const page = 'shop';
