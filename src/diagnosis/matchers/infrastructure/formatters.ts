import type { Line, LineReader, Matcher, Report } from '../matcher.ts';
import { numberOf } from '../matcher.ts';

/** `shfmt -d`: the old name of the file, the new one on the next line; before 3.0 a line `diff -u a.sh.orig a.sh` above. */
const OLD_NAME = /^--- (?<path>\S.{0,400})\.orig$/;
/** `shfmt -l` prints bare paths; what has been run stands above them. */
const CALLED = /\bshfmt\b/;
const LISTS = /\bshfmt\b.* -(?:-list|l)\b/;
const LISTED = /^(?=[^\s]*[./])(?:[\w.@+-]{1,100}\/){0,30}[\w.@+-]{1,100}$/;
const SHELL_FILE = /\.(?:sh|bash|bats|ksh|mksh)$/;
const NAMES_SHELL_FILE = /(?:sh|bats):/;
const BROKEN = /^(?<path>(?:[\w.@+-]{1,100}\/){0,30}[\w.@+-]{1,100}):(?<line>\d{1,7}):(?<column>\d{1,7}): (?<message>\S.*)$/;
/** What the runner prints between a command and what that writes: the shell and the environment; and what `bash -x` traces. */
const BETWEEN = /^(?:shell: |env:|\s+\w+: |\++ )/;
const MAX_LINES_TO_LIST = 15;
/** Of which it is remembered that they have been told. */
const MAX_TOLD_FILES = 1_000;

/** shfmt: differences, or the list of files. */
export const shfmt: Matcher = {
  id: 'shfmt',
  tool: 'shfmt',
  cause: 'formatting',
  hints: ['.orig', 'shfmt'],
  createReader: createShfmtReader,
};

const MESSAGE = 'The file is not formatted with shfmt';

function createShfmtReader(): LineReader {
  let listUpTo = 0;
  let isCalled = false;
  let isNext = false;
  let brokenUpTo = 0;
  return {
    read(line, report) {
      const isCalledHere = line.text.includes('shfmt') && CALLED.test(line.text);
      if (isCalledHere) {
        isCalled = true;
        brokenUpTo = line.number + MAX_LINES_TO_LIST;
      }
      const old = OLD_NAME.exec(line.text)?.groups?.['path'];
      // Other formatters write the same heading.
      if (old !== undefined && (isCalled || SHELL_FILE.test(old))) {
        report.diagnostic({ path: old, message: MESSAGE, logLine: line.number });
        brokenUpTo = line.number + MAX_LINES_TO_LIST;
        return true;
      }
      if (isCalledHere && LISTS.test(line.text)) {
        listUpTo = line.number + MAX_LINES_TO_LIST;
        isNext = line.marker !== 'group';
        return true;
      }
      if (line.number > listUpTo) {
        readBroken(line, report);
        return line.number < brokenUpTo;
      }
      // A list begins right below the command, and ends with the first line that is no path.
      const isListed = isNext && readListed(line, report);
      isNext = isListed || line.marker === 'endgroup' || BETWEEN.test(line.text);
      if (isListed) listUpTo = line.number + MAX_LINES_TO_LIST;
      return line.number < listUpTo;
    },
  };
}

/** A script that shfmt can't read, which it says before, between and after the differences of others. */
function readBroken(line: Line, report: Report): void {
  const path = NAMES_SHELL_FILE.test(line.text) ? BROKEN.exec(line.text)?.groups?.['path'] : undefined;
  if (path !== undefined && SHELL_FILE.test(path)) readListed(line, report);
}

function readListed(line: Line, report: Report): boolean {
  const broken = BROKEN.exec(line.text)?.groups;
  if (broken) {
    const place = { path: broken['path'] ?? null, line: numberOf(broken['line']), column: numberOf(broken['column']) };
    report.diagnostic({ ...place, message: broken['message'] ?? '', logLine: line.number }, 'compile-error');
    return true;
  }
  if (!LISTED.test(line.text)) return false;
  report.diagnostic({ path: line.text, message: MESSAGE, logLine: line.number });
  return true;
}

/** `taplo fmt --check`: an event for each file, with its whole path. */
export const taplo: Matcher = {
  id: 'taplo',
  tool: 'taplo',
  cause: 'formatting',
  hints: ['taplo:'],
  patterns: [
    {
      expression:
        /^ ?ERROR (?:\S{1,100}: ){0,4}?taplo:format_files: (?<message>the file is not properly formatted) path="(?<path>[^"]{1,500})"$/,
    },
    {
      expression:
        /^ ?ERROR (?:\S{1,100}: ){0,4}?taplo:format_files: (?<message>the file is not properly formatted) path=(?<path>[^"\s]{1,500})$/,
    },
  ],
};

/** The command that asks, as the runner, make or `bash -x` shows it; `tofu` is the same program. */
const TERRAFORM_FMT = /\b(?:terraform|tofu|terragrunt) (?:-\S+ )*(?:fmt|hclfmt)\b/;
const TERRAFORM_FILE = /^(?![-+]{3} )(?=\S)(?<path>[^:*?"<>|]{1,400}\.(?:tf|tfvars|tftest\.hcl|tofu|hcl))$/;
const TERRAFORM_OLD = /^--- old\/(?<path>\S.{0,400})$/;
const TERRAFORM_NEW = /^\+\+\+ new\/(?<path>\S.{0,400})$/;

/** `terraform fmt -check`: paths alone on their lines, and with `-diff` below each what it would write. */
export const terraformFmt: Matcher = {
  id: 'terraform-fmt',
  tool: 'terraform fmt',
  cause: 'formatting',
  hints: ['terraform ', 'tofu ', 'terragrunt ', '+++ new/'],
  createReader: createTerraformReader,
};

function createTerraformReader(): LineReader {
  let listUpTo = 0;
  const told = new Set<string>();
  const tell = (path: string, { number }: Line, report: Report) => {
    if (!told.has(path)) report.diagnostic({ path, message: 'The file is not formatted with terraform fmt', logLine: number });
    if (told.size < MAX_TOLD_FILES) told.add(path);
  };
  return {
    read(line, report) {
      if (TERRAFORM_FMT.test(line.text)) {
        listUpTo = line.number + MAX_LINES_TO_LIST;
        return true;
      }
      const written = TERRAFORM_NEW.exec(line.text)?.groups?.['path'];
      if (written !== undefined && written === TERRAFORM_OLD.exec(report.previous(1)?.text ?? '')?.groups?.['path']) {
        tell(written, line, report);
        listUpTo = line.number + MAX_LINES_TO_LIST;
        return true;
      }
      if (line.number > listUpTo) return written === undefined ? null : false;
      const listed = TERRAFORM_FILE.exec(line.text)?.groups?.['path'];
      if (listed !== undefined) {
        tell(listed, line, report);
        listUpTo = line.number + MAX_LINES_TO_LIST;
      }
      return true;
    },
  };
}
