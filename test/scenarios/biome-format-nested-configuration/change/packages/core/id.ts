export const id = 'core'
export function make(){return id}
