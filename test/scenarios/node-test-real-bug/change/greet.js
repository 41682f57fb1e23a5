export const greet = (name) => `Hallo, ${name}!\nWelcome!\n`;
