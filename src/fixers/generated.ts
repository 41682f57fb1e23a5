/** Lines at the head of a file in which it may say that a program writes it. */
const HEAD_LINES = 15;
const HEAD_CHARACTERS = 3_000;

/** Go's form, Meta's mark, and the words that others use. https://pkg.go.dev/cmd/go#hdr-Generate_Go_files_by_processing_source */
const MARK = /(?:^|[^\w@])@generated\b|\bcode generated .{1,200} do not edit\b/i;
const IS_GENERATED =
  /\b(?:auto-?generated|automatically (?:generated|created)|generated (?:by|from|with|using|file|code)|(?:is|was|been) generated|machine[- ]generated)\b/i;
const HANDS_OFF =
  /\b(?:do not|don['’]t|never) (?:edit|modify|change|touch|make (?:any |direct |manual )*(?:changes|edits))\b|\b(?:changes|edits|modifications) (?:to this file |made here )?(?:will|may) be (?:lost|overwritten)\b/i;

/**
 * Whether a file says that a program writes it: what is mended in it by hand that program undoes, and whatever holds the file against
 * it turns red.
 */
export function saysGenerated(text: string): boolean {
  const head = text.slice(0, HEAD_CHARACTERS).split('\n', HEAD_LINES).join('\n');
  return MARK.test(head) || (IS_GENERATED.test(head) && HANDS_OFF.test(head));
}
