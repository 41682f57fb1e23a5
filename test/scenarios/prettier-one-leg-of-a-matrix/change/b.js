export const  list = [ 'a',"b" ]
export function f( x ){return x+1}
