export const größe = "klein 🐜";
