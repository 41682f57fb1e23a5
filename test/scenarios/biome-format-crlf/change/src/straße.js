export const straße = "Œuvre";
