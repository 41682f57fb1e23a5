export function first(list: string[]): string {
  let head = list[0];
  return head ?? ""
}
