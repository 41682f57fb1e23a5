export const cents = 100;
export const euro = "EUR";
export default cents;
