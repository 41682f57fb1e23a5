export const two = {a:1,
  b:  'x' }
