import { type Figure, isMet, type Section } from '../section.ts';

export interface SectionResult {
  section: Section;
  figures: Figure[];
}

/** The figures of one section for a person at a terminal. */
export function tableForTerminal({ section, figures }: SectionResult): string {
  const width = Math.max(...figures.map((figure) => figure.name.length));
  const rows = figures.map((figure) =>
    `  ${figure.name.padEnd(width)}  ${amount(figure).padStart(12)}  ${verdict(figure)}`.trimEnd(),
  );
  return `${section.title}\n${rows.join('\n')}\n`;
}

/** docs/performance.md, or another document of sections, without its seal. */
export function document(
  results: readonly SectionResult[],
  machine: readonly string[],
  { title, command } = { title: 'Performance', command: 'npm run bench' },
): string {
  const missed = results.flatMap(({ figures }) => figures).filter((figure) => isMet(figure) === false);
  const hasGoals = results.some(({ figures }) => figures.some(({ goal }) => goal));
  const summary = !hasGoals
    ? 'There are no goals for these.'
    : missed.length === 0
      ? 'All goals are met.'
      : `Goals missed: ${missed.map((figure) => figure.name).join('; ')}.`;
  return [
    `# ${title}`,
    '',
    `\`${command}\` measures and writes this file, whatever the figures are.`,
    '',
    ...machine,
    '',
    summary,
    ...results.flatMap(sectionOfDocument),
    '',
  ].join('\n');
}

function sectionOfDocument({ section, figures }: SectionResult): string[] {
  const rows = figures.map((figure) => `| ${figure.name} | ${amount(figure)} | ${goalText(figure)} | ${metText(figure)} |`);
  return [
    '',
    `## ${section.title}`,
    '',
    section.about,
    '',
    '| figure | measured | goal | met |',
    '| --- | ---: | ---: | --- |',
    ...rows,
  ];
}

export function amount({ value, unit }: Figure): string {
  const digits = Math.abs(value) >= 100 || Number.isInteger(value) ? 0 : 2;
  return `${value.toFixed(digits)} ${unit}`.trimEnd();
}

export function goalText({ goal, unit }: Figure): string {
  return goal ? `${goal.is === 'at most' ? '≤' : '≥'} ${goal.value} ${unit}`.trimEnd() : '';
}

export function metText(figure: Figure): string {
  const met = isMet(figure);
  if (met === null) return '';
  return met ? 'yes' : '**no**';
}

function verdict(figure: Figure): string {
  const met = isMet(figure);
  if (met === null) return '';
  return `${met ? 'met   ' : 'MISSED'} ${goalText(figure)}`;
}
