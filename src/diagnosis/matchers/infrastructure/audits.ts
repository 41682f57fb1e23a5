import type { Severity } from '../../types.ts';
import type { Line, Matcher, Report } from '../matcher.ts';

/** Lines above an advisory in which its package is named. */
const MAX_BLOCK_LINES = 12;

/** What a gate stops at as a rule; of what is less, people are only told. */
function severityOfRisk(word: string): Severity {
  return /^(?:high|critical)$/i.test(word) ? 'error' : 'warning';
}

const NPM_ADVISORY = /^(?<title>\S.*) - https:\/\/github\.com\/advisories\/(?<code>GHSA-[\w-]{1,40})$/;
const NPM_SEVERITY = /^Severity: (?<severity>low|moderate|high|critical)$/;

/** `npm audit`: a package with its range, `Severity: high`, and a line an advisory. */
export const npmAudit: Matcher = {
  id: 'npm-audit',
  tool: 'npm audit',
  cause: 'quality-gate',
  hints: [' - https://github.com/advisories/ghsa-'],
  createReader: () => ({ read: readNpm }),
};

function readNpm(line: Line, report: Report): boolean | null {
  const advisory = NPM_ADVISORY.exec(line.text)?.groups;
  if (!advisory) return null;
  for (let distance = 1; distance <= MAX_BLOCK_LINES; distance++) {
    const above = report.previous(distance)?.text ?? '';
    if (above === '') return false;
    const severity = NPM_SEVERITY.exec(above)?.groups?.['severity'];
    if (severity === undefined) continue;
    const affected = (report.previous(distance + 1)?.text ?? '').replace(/\s{2,}/, ' ');
    const message = `${affected}: ${advisory['title']} (${advisory['code']})`;
    report.diagnostic({ severity: severityOfRisk(severity), code: advisory['code'] ?? null, message, logLine: line.number });
    return false;
  }
  return false;
}

const PIP_HEADER = /^Name +Version +ID +Fix Versions(?: |$)/;
const PIP_ROW =
  /^(?<name>[\w.-]{1,200}) +(?<version>[\w.+!-]{1,100}) +(?<code>(?:PYSEC|GHSA|CVE)-[\w-]{1,60})(?: +(?<fixed>[\w.,+! -]{1,300}))?(?: {2,}.*)?$/;
const PIP_RULE = /^-{3,} -{3,} -{3,}/;

/** pip-audit's table: a row an advisory. */
export const pipAudit: Matcher = {
  id: 'pip-audit',
  tool: 'pip-audit',
  cause: 'quality-gate',
  hints: ['fix versions'],
  createReader: () => {
    let isTable = false;
    return {
      read(line, report) {
        if (PIP_HEADER.test(line.text)) isTable = true;
        else if (isTable && !PIP_RULE.test(line.text)) isTable = readPipRow(line, report);
        return isTable;
      },
    };
  },
};

function readPipRow(line: Line, report: Report): boolean {
  const row = PIP_ROW.exec(line.text)?.groups;
  if (!row) return false;
  const fixed = row['fixed']?.trim();
  const message = `${row['name']} ${row['version']}: ${row['code']}${fixed ? `, fixed in ${fixed}` : ''}`;
  report.diagnostic({ code: row['code'] ?? null, message, logLine: line.number });
  return true;
}

const RUSTSEC_ID = /^ID: {1,10}(?<code>RUSTSEC-\d{4}-\d{4})$/;
const RUSTSEC_LABEL = /^(?<label>Crate|Version|Title|Warning): {1,10}(?<value>\S.*)$/;

/** `cargo audit`: a block of labels for each advisory; those that only warn say so. */
export const cargoAudit: Matcher = {
  id: 'cargo-audit',
  tool: 'cargo audit',
  cause: 'quality-gate',
  hints: ['rustsec-'],
  createReader: () => ({ read: readCargo }),
};

function readCargo(line: Line, report: Report): boolean | null {
  const code = RUSTSEC_ID.exec(line.text)?.groups?.['code'];
  if (code === undefined) return null;
  const labels = new Map<string, string>();
  for (let distance = 1; distance <= MAX_BLOCK_LINES; distance++) {
    const above = report.previous(distance)?.text ?? '';
    if (above === '') break;
    const groups = RUSTSEC_LABEL.exec(above)?.groups;
    if (groups) labels.set(groups['label'] ?? '', groups['value'] ?? '');
  }
  if (!labels.has('Crate')) return false;
  const message = `${labels.get('Crate')} ${labels.get('Version') ?? ''}: ${labels.get('Title') ?? code}`;
  const severity = labels.has('Warning') ? 'warning' : 'error';
  report.diagnostic({ severity, code, message, logLine: line.number });
  return false;
}

const TRIVY_TARGET = /^(?<target>\S.{0,500}) \((?<kind>[\w.@ -]{1,60})\)$/;
const TRIVY_CELL = /[│|]/;
const OF_TRIVY_TABLE = /^[│|]/;
const TRIVY_HEADING = /[│|]\s*severity\s*[│|]/i;
const TRIVY_COLUMNS = ['library', 'vulnerability', 'severity', 'installed version', 'fixed version', 'title'] as const;
type TrivyRow = Partial<Record<(typeof TRIVY_COLUMNS)[number], string>>;

/** Trivy's table of packages: cells that would repeat the one above are empty. */
export const trivyTable: Matcher = {
  id: 'trivy-table',
  tool: 'trivy',
  cause: 'quality-gate',
  hints: ['│ severity ', '| severity ', '│ cve-', '| cve-', '│ ghsa-', '| ghsa-'],
  createReader: () => {
    let columns: string[] = [];
    let target: string | null = null;
    let last: TrivyRow = {};
    return {
      read(line, report) {
        if (!OF_TRIVY_TABLE.test(line.text)) return null;
        if (TRIVY_HEADING.test(line.text)) {
          columns = cellsOf(line.text).map((cell) => cell.toLowerCase().replace(/ id$/, ''));
          target = targetAbove(report);
          last = {};
        } else if (columns.length > 0) {
          const cells = cellsOf(line.text);
          if (cells.length !== columns.length) return false;
          last = rowOf(columns, cells, last);
          tellTrivy(last, target, line, report);
        }
        return false;
      },
    };
  },
};

function cellsOf(text: string): string[] {
  return text
    .split(TRIVY_CELL)
    .slice(1, -1)
    .map((cell) => cell.trim());
}

function rowOf(columns: readonly string[], cells: readonly string[], last: TrivyRow): TrivyRow {
  const row: TrivyRow = {};
  for (const name of TRIVY_COLUMNS) row[name] = cells[columns.indexOf(name)] || (name === 'title' ? '' : last[name]) || '';
  return row;
}

function tellTrivy(row: TrivyRow, path: string | null, line: Line, report: Report): void {
  if (!row.vulnerability) return;
  const fixed = row['fixed version'] ? `, fixed in ${row['fixed version']}` : '';
  const message = `${row.library} ${row['installed version']}: ${row.title || row.vulnerability}${fixed}`;
  const severity = severityOfRisk(row.severity ?? '');
  report.diagnostic({ path, severity, code: row.vulnerability, message, logLine: line.number });
}

/** The heading is ruled: `package-lock.json (npm)`, or an image, which is no file. */
function targetAbove(report: Report): string | null {
  for (let distance = 2; distance <= MAX_BLOCK_LINES; distance++) {
    if (!/^={3,}$/.test(report.previous(distance)?.text ?? '')) continue;
    const groups = TRIVY_TARGET.exec(report.previous(distance + 1)?.text ?? '')?.groups;
    const target = groups?.['target'] ?? '';
    return target !== '' && !/[:@]/.test(target) && !/\d/.test(groups?.['kind'] ?? '') ? target : null;
  }
  return null;
}
