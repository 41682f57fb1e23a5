export const label = 'Buy'
