export const greet = (name) => `Hello, ${name}!\nWelcome.\n`;
