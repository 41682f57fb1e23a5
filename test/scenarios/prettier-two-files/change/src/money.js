export const cents = { "EUR" : 100 }
