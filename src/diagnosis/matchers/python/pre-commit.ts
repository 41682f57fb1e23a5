import type { Line, LineReader, Matcher, Report } from '../matcher.ts';

const HOOK = /^(?<name>\S.{0,200}?)\.{3,}(?:\([^)]*\))?(?<status>Passed|Failed|Skipped)$/;
const ID = /^- hook id: (?<id>\S+)$/;
const MODIFIED = '- files were modified by this hook';
/** How pre-commit's own hooks name the files that they have changed: https://github.com/pre-commit/pre-commit-hooks */
const CHANGED_FILE =
  /^(?:Fixing (?:file )?(?<fixed>\S.{0,500})|(?<other>\S.{0,500}): (?:fixed mixed line endings|removed byte-order marker))$/;

const END = /with exit code \d|^pre-commit hook\(s\) made changes/;

interface FailedHook {
  readonly name: string;
  readonly logLine: number;
  id: string | null;
  isModified: boolean;
  /** Another matcher has understood what the hook's tool said. */
  isExplained: boolean;
}

/** pre-commit: a hook that failed, told only where nothing else understands its tool's output. */
export const preCommit: Matcher = {
  id: 'pre-commit',
  tool: 'pre-commit',
  cause: 'lint',
  hints: [
    '...failed',
    '...passed',
    '...(no files to check)skipped',
    '- hook id: ',
    'pre-commit hook(s) made changes',
    'with exit code',
  ],
  createReader: () => new PreCommitReader(),
};

class PreCommitReader implements LineReader {
  #hook: FailedHook | null = null;

  read(line: Line, report: Report): boolean {
    const hook = this.#hook;
    if (hook && (report.isClaimed(line.number) || report.isClaimed(line.number - 1))) hook.isExplained = true;
    const head = line.text.includes('...') ? HOOK.exec(line.text)?.groups : undefined;
    if (!hook && !head) return false;
    if (head || END.test(line.text)) {
      this.#tell(report);
      if (head?.['status'] !== 'Failed') return false;
      this.#hook = { name: head['name'] ?? '', logLine: line.number, id: null, isModified: false, isExplained: false };
      return true;
    }
    if (!hook) return false;
    hook.id ??= ID.exec(line.text)?.groups?.['id'] ?? null;
    if (line.text === MODIFIED) hook.isModified = true;
    const changed = hook.isModified ? CHANGED_FILE.exec(line.text)?.groups : undefined;
    const path = changed?.['fixed'] ?? changed?.['other'];
    if (path !== undefined) tellFile(hook, path, line, report);
    return true;
  }

  finish(report: Report): void {
    this.#tell(report);
  }

  /** Only a block with the hook's id is pre-commit's: others write `...Failed` too. */
  #tell(report: Report): void {
    const hook = this.#hook;
    this.#hook = null;
    if (!hook || hook.id === null || hook.isExplained) return;
    const message = hook.isModified ? `${hook.name}: files were modified by this hook` : `${hook.name}: failed`;
    report.diagnostic({ code: hook.id, message, logLine: hook.logLine }, hook.isModified ? 'formatting' : undefined);
  }
}

function tellFile(hook: FailedHook, path: string, line: Line, report: Report): void {
  hook.isExplained = true;
  report.diagnostic({ code: hook.id, path, message: `${hook.name}: changed by this hook`, logLine: line.number }, 'formatting');
}
