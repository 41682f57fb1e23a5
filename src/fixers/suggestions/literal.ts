import type { Diagnostic } from '../../diagnosis/types.ts';
import type { LineEdit } from './line-edit.ts';

type EditOf = (lines: readonly string[]) => LineEdit | null;

/** tsc's TS2820: the literal that is wrong, and the one of the type that is nearest to it. */
const LITERAL =
  /^Type '"(?<name>[\w .:/@-]{1,100})"' is not assignable to type '.*'\. Did you mean '"(?<other>[\w .:/@-]{1,100})"'\?$/;
/** gcc and clang, for a dot where an arrow belongs. */
const ARROW = /^(?:‘[^’]{1,200}’ is a pointer|member reference type '.*' is a pointer); did you mean to use (?:‘->’|'->')\?$/;

/** Proposals that write something else than another name. */
export function literalProposal({ tool, code, message, line, column }: Diagnostic): EditOf | null {
  const row = (line ?? 0) - 1;
  const { name, other } = (tool === 'tsc' && code === 'TS2820' && LITERAL.exec(message)?.groups) || {};
  if (name !== undefined && other !== undefined) return (lines) => replacedLiteral(lines[row] ?? '', { row, name, other });
  const isArrow = (tool === 'gcc' || tool === 'clang') && ARROW.test(message) && column !== null;
  return isArrow ? (lines) => arrowAt(lines[row] ?? '', row, column - 1) : null;
}

/** The place that tsc names may be what the literal is given to: it must stand once in the line. */
function replacedLiteral(line: string, { row, name, other }: { row: number; name: string; other: string }): LineEdit | null {
  const places = [`"${name}"`, `'${name}'`].flatMap((literal) => {
    const at = line.indexOf(literal);
    return at < 0 ? [] : at === line.lastIndexOf(literal) ? [at + 1] : [at + 1, line.lastIndexOf(literal) + 1];
  });
  const [from] = places;
  return from === undefined || places.length > 1 ? null : { line: row, from, to: from + name.length, text: other };
}

/** At the dot, or behind it, as the versions of gcc have it. */
function arrowAt(line: string, row: number, column: number): LineEdit | null {
  const at = [column, column - 1].find((one) => line[one] === '.' && /[\w)\]]/.test(line[one - 1] ?? ''));
  return at === undefined ? null : { line: row, from: at, to: at + 1, text: '->' };
}
