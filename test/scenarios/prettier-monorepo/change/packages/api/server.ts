export const port: number = 8080;
export const host: string = "localhost";
