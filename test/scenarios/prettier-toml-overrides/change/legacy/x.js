export function f(){
  return {
  a:1}
}
