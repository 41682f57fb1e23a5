import type { Diagnostic } from '../../diagnosis/types.ts';
import { PATCH_LIMITS } from '../../policy/gate/limits.ts';
import { filesOf, fittingFile, placed, repositoryPath } from '../places/places.ts';
import { type Declined, type Fixer, type FixInput, type FixPlan, type FixResult, type FixSource, isDeclined } from '../types.ts';
import { dotnetFormatEdit } from './dotnet-format.ts';
import { prettierRuleEdit } from './prettier-rule.ts';
import { spellingEdit } from './spelling.ts';
import { EditedText, type TextEdit, withEdits } from './text-edit.ts';
import { whiteSpaceEdit } from './white-space.ts';

/** Makes the edits that linters name to the letter: white space, misspelt words, what ESLint's prettier rule and dotnet format print. */
export const namedEdits: Fixer = {
  id: 'named-edits',
  tool: 'the linter’s own words',
  version: '1',
  applies: (source) => findingsOf(source).some(({ edit }) => edit !== null),
  plan,
  fix,
};

type EditOf = (text: EditedText) => readonly TextEdit[] | null;

interface Finding {
  diagnostic: Diagnostic;
  path: string;
  edit: EditOf | null;
}

/** The edit that a finding names; `null` where it names none. */
export function namedEdit(one: Diagnostic): EditOf | null {
  const spelling = spellingEdit(one);
  if (spelling) return spelling;
  const single = prettierRuleEdit(one) ?? dotnetFormatEdit(one) ?? whiteSpaceEdit(one);
  if (!single) return null;
  return (text) => {
    const edit = single(text);
    return edit ? [edit] : null;
  };
}

/** What the linters that name edits have found, whether it is one or not. */
function findingsOf({ diagnosis }: FixSource): Finding[] {
  const all = diagnosis.diagnostics.flatMap((diagnostic) =>
    diagnostic.path === null ? [] : [{ diagnostic, path: diagnostic.path, edit: namedEdit(diagnostic) }],
  );
  const naming = new Set(all.filter(({ edit }) => edit !== null).map(({ diagnostic }) => diagnostic.tool));
  const isCounted = diagnosis.diagnostics.some(({ tool, code }) => tool === 'eslint' && code === 'max-warnings');
  // ESLint's warnings end no run, unless they are counted.
  return all.filter(
    ({ diagnostic: { tool, severity }, edit }) =>
      naming.has(tool) && (edit !== null || tool !== 'eslint' || severity === 'error' || isCounted),
  );
}

function plan(source: FixSource, paths: ReadonlySet<string>): FixPlan | Declined {
  const findings = findingsOf(source);
  const other = findings.find(({ edit }) => edit === null)?.diagnostic;
  if (other) return { declined: `${other.tool} names no edit for something else: ${other.message.slice(0, 200)}` };
  if (source.diagnosis.partial) return { declined: 'The log was not read to its end, so there may be other findings.' };
  const targets = filesOf(placed(pathsOf(findings), source, paths));
  if (isDeclined(targets)) return targets;
  if (targets.length > PATCH_LIMITS.files) return { declined: `There are findings in ${targets.length} files.` };
  return { targets, context: [] };
}

function pathsOf(findings: readonly Finding[]): string[] {
  return findings.map(({ path }) => path);
}

async function fix({ source, targets }: FixInput): Promise<FixResult | Declined> {
  const findings = findingsOf(source);
  const edits: FixResult['edits'] = [];
  for (const place of placed(pathsOf(findings), source, new Set(Object.keys(targets)))) {
    const own = findings.filter(({ path }) => repositoryPath(path) === place.printed);
    const fitting = fittingFile(place, (file) => written(targets[file] ?? '', own));
    if ('declined' in fitting) return fitting;
    edits.push({ path: fitting.file, before: targets[fitting.file] ?? '', after: fitting.result.after });
  }
  return edits.length > 0 ? { edits, skipped: [] } : { declined: 'There is nothing to change.' };
}

function written(before: string, findings: readonly Finding[]): { after: string } | Declined {
  const text = new EditedText(before);
  const edits: TextEdit[] = [];
  for (const { edit, diagnostic } of findings) {
    const found = edit?.(text);
    if (!found)
      return { declined: `${diagnostic.path} is not as ${diagnostic.tool} says in “${diagnostic.message.slice(0, 120)}”.` };
    edits.push(...found);
  }
  const after = withEdits(before, edits);
  return after === null || after === before ? { declined: 'what the linter names contradicts itself' } : { after };
}
