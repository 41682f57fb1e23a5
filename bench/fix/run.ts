/** `npm run bench:fix`: plays scenarios of broken builds on the sandbox with the real tools; `--help` says how. */
import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { sealGenerated } from '../../scripts/generated-document.ts';
import { inTemporaryFolder } from '../support/folder.ts';
import { describeMachine } from '../support/machine.ts';
import { play, type Result } from './play.ts';
import { type BenchResult, document, goalsOf, HEADINGS, rowsByKind, table } from './report.ts';
import { readScenarios, type Scenario, ScenarioError } from './scenario.ts';
import { debianPackagesOf, ensureNpmTools, installTools, missingTools } from './tools.ts';
import { startWorld } from './world.ts';

const OWN_SCENARIOS = fileURLToPath(new URL('../../test/scenarios', import.meta.url));
const DOCUMENT = new URL('../../docs/fixes.md', import.meta.url);

/** What one takes on a machine that does nothing else, compilers included. */
const SECONDS_EACH = 8;

/**
 * GitHub takes 500 writes that create content an hour from one installation, and a fix takes four or five; all scenarios in one
 * installation would be red builds of a week within minutes, and the last ones would wait for its next hour.
 */
const SCENARIOS_A_WORLD = 60;

interface Options {
  scenarios?: string;
  only?: string[];
  install?: boolean;
  json?: boolean;
  show?: boolean;
}

await new Command('bench:fix')
  .description(
    'Plays scenarios of broken builds against a GitHub on this machine: a repository, a workflow that runs the real tools, and a change that breaks it. Says per kind how many were fixed and verified by their own CI, how many were rightly left alone, and how many went wrong. Without options it plays test/scenarios and writes docs/fixes.md.',
  )
  .option('--scenarios <folder>', 'another folder of scenarios, in the form of docs/scenarios.md; nothing is written')
  .option('--only <name...>', 'only these scenarios, or kinds; nothing is written')
  .option('--install', 'install what is missing from Debian (needs root) and PyPI')
  .option('--show', 'also print the logs of red jobs, what the check run says, the pull requests and the requests to GitHub')
  .option('--json', 'one object a scenario on standard output, in place of the table')
  .addHelpText(
    'after',
    `
Examples:
  npm run bench:fix -- --install                     everything, with the tools of Debian and PyPI
  npm run bench:fix -- --only prettier jest-real-bug --show
  npm run bench:fix -- --scenarios ../my-scenarios --json

Exit status: 0, 1 when a scenario is wrong or invalid, 2 when a scenario can't be read. docs/scenarios.md has the form.`,
  )
  .action(main)
  .parseAsync();

async function main(options: Options): Promise<void> {
  const say = (text: string) => console.error(text);
  const scenarios = chosen(await scenariosIn(options.scenarios ?? OWN_SCENARIOS), options.only);
  await ensureNpmTools(say);
  const needed = [...new Set(scenarios.flatMap(({ tools }) => tools))];
  if (options.install) await installTools(await missingTools(needed), say);
  const missing = await missingTools(needed);
  if (missing.length > 0) say(`Not on this machine: ${missing.join(', ')}. ${adviceFor(missing)}`);
  const machine = await describeMachine(new Date());
  const result = await playAll(scenarios, new Set(missing), say, options.show === true);
  if (options.json) for (const one of result.results) console.log(JSON.stringify(plain(one)));
  else print(result);
  if (options.scenarios === undefined && options.only === undefined) {
    await writeFile(DOCUMENT, sealGenerated(document(result, machine), 'npm run bench:fix'));
    say('Written to docs/fixes.md.');
  }
  if (result.results.some(({ end }) => end === 'wrong' || end === 'invalid')) process.exitCode = 1;
}

async function scenariosIn(folder: string): Promise<Scenario[]> {
  try {
    return await readScenarios(resolve(folder));
  } catch (error) {
    if (!(error instanceof ScenarioError)) throw error;
    console.error(error.message);
    process.exit(2);
  }
}

function chosen(scenarios: Scenario[], only: string[] | undefined): Scenario[] {
  const some = only ? scenarios.filter(({ name, kind }) => only.includes(name) || only.includes(kind)) : scenarios;
  if (some.length > 0) return some;
  console.error(`No scenario or kind ${only?.join(', ')}. There are: ${scenarios.map(({ name }) => name).join(', ')}`);
  process.exit(2);
}

async function playAll(
  scenarios: readonly Scenario[],
  missing: ReadonlySet<string>,
  say: (text: string) => void,
  isShown: boolean,
): Promise<BenchResult> {
  const playable = scenarios.filter(({ tools }) => !tools.some((tool) => missing.has(tool)));
  const skipped = scenarios
    .filter((scenario) => !playable.includes(scenario))
    .map((scenario) => ({ scenario, missing: scenario.tools.filter((tool) => missing.has(tool)) }));
  const results: Result[] = [];
  say(`playing ${playable.length} scenarios, about ${Math.ceil((playable.length * SECONDS_EACH) / 60)} minutes`);
  for (let from = 0; from < playable.length; from += SCENARIOS_A_WORLD) {
    await inTemporaryFolder(async (folder) => {
      const world = await startWorld(folder);
      try {
        for (const scenario of playable.slice(from, from + SCENARIOS_A_WORLD)) {
          const result = await play(world, scenario);
          results.push(result);
          say(
            `${String(results.length).padStart(3)}/${playable.length} ${result.end.padEnd(15)} ${scenario.name}: ${result.reason.replaceAll('\n', ' ').slice(0, 400)}`,
          );
          if (isShown) say(result.story);
          for (const error of world.takeErrors()) say(`    Regreen logged: ${error.slice(0, 500)}`);
        }
      } finally {
        await world.close();
      }
    });
  }
  return { results, skipped };
}

function print(result: BenchResult): void {
  console.log(table([HEADINGS, ...rowsByKind(result)]));
  console.log('');
  console.log(table(goalsOf(result).map(({ name, value, goal, isMet }) => [name, value, goal, isMet ? 'met' : 'MISSED'])));
  if (result.skipped.length > 0) console.log(`\n${result.skipped.length} skipped, for their tools are not on this machine.`);
}

function plain({ scenario, story: _, ...result }: Result): object {
  return { name: scenario.name, kind: scenario.kind, expect: scenario.expect, ...result };
}

function adviceFor(missing: readonly string[]): string {
  const packages = debianPackagesOf(missing);
  const advice = packages.length > 0 ? ` On Debian: apt-get install ${packages.join(' ')}.` : '';
  return `Their scenarios are skipped.${advice} --install, as root, installs what can be had.`;
}
