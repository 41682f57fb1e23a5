/**
 * What CommonMark shows as text of a document: fenced blocks and code spans are replaced by `¤`. Written from the
 * specification (https://spec.commonmark.org/0.31.2/#fenced-code-blocks, #code-spans), not from the code under test.
 */
export function textOutsideCode(markdown: string): string {
  return withoutSpans(withoutBlocks(markdown.split(/\r\n|\n|\r/)).join('\n')).trimEnd();
}

/** A fence of n back-ticks is closed by a line of nothing but n or more; one that is never closed reaches to the end. */
function withoutBlocks(lines: readonly string[]): string[] {
  const shown: string[] = [];
  let fence: string | null = null;
  for (const line of lines) {
    if (fence === null) {
      fence = /^ {0,3}(?<fence>`{3,})[^`]*$|^ {0,3}(?<tildes>~{3,})/.exec(line)?.slice(1).find(Boolean) ?? null;
      shown.push(fence === null ? line : '¤');
    } else if (/^ {0,3}(`+|~+)[ \t]*$/.test(line) && line.trim().startsWith(fence)) {
      fence = null;
    }
  }
  return shown;
}

/** A run of n back-ticks opens a span that the next run of exactly n closes; one without an end is text. */
function withoutSpans(text: string): string {
  let shown = '';
  for (let at = 0; at < text.length; ) {
    if (text.charAt(at) === '\\' && /[!-/:-@[-`{-~]/.test(text.charAt(at + 1))) {
      shown += text.slice(at, at + 2);
      at += 2;
      continue;
    }
    const run = /^`+/.exec(text.slice(at))?.[0];
    if (run === undefined) {
      shown += text.charAt(at);
      at += 1;
      continue;
    }
    const close = new RegExp(`(?<!\`)\`{${run.length}}(?!\`)`, 'g');
    close.lastIndex = at + run.length;
    const end = close.exec(text);
    shown += end ? '¤' : run;
    at = end ? end.index + run.length : at + run.length;
  }
  return shown;
}
