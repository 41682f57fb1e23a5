import { Command, Option } from 'commander';
import type { AnalyzeOptions } from './analyze.ts';
import type { DoctorArguments } from './doctor.ts';
import type { ExplainOptions } from './explain.ts';
import type { NewKeyOptions } from './keys.ts';
import type { ReplayArguments } from './replay.ts';
import type { SetupArguments } from './setup.ts';

/** The command line. Each subcommand loads its own code when it is called, so that starting stays fast. */
export const program = new Command('regreen')
  .description('Self-hosted, self-healing CI: reads a red build, says why, fixes it and waits until real CI is green.')
  .showHelpAfterError();

program
  .command('serve')
  .description('Start the server; the configuration comes from the environment and .env.')
  .option('--role <roles>', 'what this process does, of intake, worker and api, separated by commas (default: all three)')
  .action(async ({ role }: { role?: string }) => {
    const { serve } = await import('../serve.ts');
    await serve({ roles: role });
  });

program
  .command('setup')
  .description('Register a GitHub App of your own in the browser, and keep its credentials in .env.')
  .option('--url <address>', 'where GitHub reaches this server, e.g. https://regreen.example.com')
  .option('--smee [channel]', 'receive webhooks through smee.io instead, to try it out; a new channel without an address')
  .option('--organization <name>', 'the organisation that is to own the App; you without this')
  .option('--name <name>', 'name of the App, which is unique on its GitHub')
  .option('--github <address>', 'the GitHub, e.g. an Enterprise Server', 'https://github.com')
  .option('--dotenv <path>', 'where the credentials go', '.env')
  .addOption(
    new Option('--print [format]', 'print the credentials for a secret store, and write no file')
      .choices(['env', 'json'])
      .preset('env'),
  )
  .option('--replace', 'credentials in the file may be replaced')
  .option('--code <code>', 'the code, or the whole address, that GitHub gave to a browser which did not find back')
  .option('--port <port>', 'port of the page on this machine; any free one without this', '0')
  .option('--no-open', 'open no browser, only say the address')
  .addHelpText(
    'after',
    `
Examples:
  regreen setup --url https://regreen.example.com --organization my-org
  regreen setup --smee                                   to try it out on your own machine
  regreen setup --github https://github.example.com --url https://regreen.example.com
  regreen setup --url https://regreen.example.com --print json | vault kv put secret/regreen -

The page is on 127.0.0.1 only, and its address opens once. Over SSH, forward its port as it says, or paste what the browser
shows in the end. Exit status: 0, or 1 with the reason.`,
  )
  .action(async (options: SetupArguments) => {
    const { runSetup } = await import('./setup.ts');
    process.exitCode = await runSetup(options);
  });

program
  .command('doctor')
  .description('Say what is wrong with an installation, and how it is mended. Nothing is changed.')
  .option('--json', 'print one JSON object (schema/doctor.schema.json), for programs')
  .option('--dotenv <path>', 'the file with the configuration', '.env')
  .addHelpText(
    'after',
    `
It looks at configuration, database, queue, disk, this machine's clock, the App at GitHub, its installations and webhooks, the
coding agent and the channels. docs/troubleshooting.md says more about each code.

Exit status: 0 when all is well, 1 with warnings, 2 with errors.`,
  )
  .action(async (options: DoctorArguments) => {
    const { runDoctor } = await import('./doctor.ts');
    process.exitCode = await runDoctor(options);
  });

program
  .command('replay')
  .description('Send a webhook through the real path again: signed, to the running server.')
  .argument('<what>', 'the GUID of a delivery that Regreen or GitHub still has, or a file; - is standard input')
  .option('--event <name>', 'the event, where the file holds a payload alone')
  .option('--same-guid', 'under the GUID that it had: worked only when it was not worked, or failed')
  .option('--to <address>', "a server elsewhere; without it this machine's, by HOST and PORT")
  .addHelpText(
    'after',
    `
A file holds a payload, what smee.io shows, what GET /app/hook/deliveries/{id} answers, or headers beside a payload.

Examples:
  regreen replay 72d3162e-cc78-11e3-81ab-4c9367dc0958
  regreen replay --event workflow_run payload.json

Exit status: 0 when the server has taken it, otherwise 1 with the reason.`,
  )
  .action(async (what: string, options: ReplayArguments) => {
    const { runReplay } = await import('./replay.ts');
    process.exitCode = await runReplay(what, options);
  });

program
  .command('demo')
  .description('Show the main job on this machine: no credentials, no database, no network.')
  .option('--keep', 'leave everything running to look around in')
  .action(async (options: { keep?: boolean }) => {
    const { runDemoCommand } = await import('./demo.ts');
    process.exitCode = await runDemoCommand(options);
  });

program
  .command('analyze')
  .description('Read raw CI logs and say why they failed, without a network, a database or credentials.')
  .argument('<files...>', 'logs to read, of any CI and any length; - is standard input')
  .option('--json', 'print one JSON object a line and a file, for programs')
  .option('--baseline <log>', 'the last green log of the same job: what stands there too is no evidence')
  .option(
    '--problem-matchers <file>',
    "problem matchers in GitHub's own form, for tools that Regreen does not know; may be given several times",
    (file: string, files: string[]) => [...files, file],
    [],
  )
  .option('--no-color', 'no colours (nor are there any with NO_COLOR, or where the output is no terminal)')
  .addHelpText(
    'after',
    `
Examples:
  regreen analyze build.log
  gh run view 1234 --log-failed | regreen analyze -
  regreen analyze --baseline green.log --json red.log | jq .cause

The report names the cause and how sure it is, shows the lines that say so (those that carry the cause are marked ▶), the
failed tests, the errors by file, and what Regreen would do.

Exit status: 0 when every log was read, whatever it says; 1 when one could not be.`,
  )
  .action(async (files: string[], options: AnalyzeOptions) => {
    const { runAnalyze } = await import('./analyze.ts');
    process.exitCode = await runAnalyze(files, options);
  });

program
  .command('explain')
  .description('Say what would be done about a log under regreen.yml, and which line says so. Nothing is done.')
  .argument('<log>', 'the log of a failed job; - is standard input')
  .option('--config <file>', "the repository's regreen.yml; without it the defaults apply")
  .option('--org-config <file>', "the organisation's, which lies under it")
  .option('--server-config <file>', "the server's (REGREEN_DEFAULT_CONFIG), which lies under both")
  .option('--json', 'print one JSON object, for programs')
  .option('--branch <name>', 'the failed branch', 'topic')
  .option('--default-branch <name>', 'the default branch of the repository', 'main')
  .option('--workflow <path>', 'the failed workflow', '.github/workflows/ci.yml')
  .option('--job <name>', 'the failed job', 'build')
  .option('--fork', 'the commit comes from a fork')
  .option('--no-pull-request', 'it belongs to no pull request')
  .addOption(
    new Option('--verdict <verdict>', 'whose fault it is, in place of what the log alone lets say').choices([
      'change',
      'upstream',
      'infrastructure',
      'flake',
      'inconclusive',
    ]),
  )
  .addHelpText(
    'after',
    `
Example:
  gh run view 1234 --log-failed | regreen explain --config .github/regreen.yml -

Exit status: 0 when it could be said; 1 when a file could not be read or has faults.`,
  )
  .action(async (log: string, options: ExplainOptions) => {
    const { runExplain } = await import('./explain.ts');
    process.exitCode = await runExplain(log, options);
  });

program
  .command('backfill')
  .description('Read the runs of the last days from GitHub into the books, so that figures do not begin today.')
  .option('--days <days>', 'how many days back, 1 to 400', '30')
  .option('--repository <owner/name>', 'only this one of the repositories that the app is installed on')
  .addHelpText(
    'after',
    `
It goes on where it was broken off, leaves half of each hour's requests to GitHub for what happens now, and waits when they are
used up. A server with an embedded database does the same by itself when the app is installed; stop it before you run this.`,
  )
  .action(async (options: { days: string; repository?: string }) => {
    const { runBackfill } = await import('./backfill.ts');
    process.exitCode = await runBackfill(options);
  });

const keys = program
  .command('keys')
  .description('Keys of the API: make the first one here, others here or over the API.')
  .addHelpText('after', '\nAt any time, also while the server runs.');

keys
  .command('create')
  .description('Make a key and print it, once.')
  .requiredOption('--name <name>', 'what it is for')
  .option('--role <role>', 'viewer, developer, approver or admin; each may all that the ones before it may', 'admin')
  .option('--scopes <scopes>', 'only these of the rights of the role, with commas between')
  .option('--installations <ids>', "GitHub's ids of the installations whose repositories it may see; all without this")
  .option('--expires-in-days <days>', '1 to 366, or never', '90')
  .addHelpText('after', '\nExample:\n  regreen keys create --name "my own" --role admin')
  .action(async (options: NewKeyOptions) => {
    const { runKeysCreate } = await import('./keys.ts');
    process.exitCode = await runKeysCreate(options);
  });

keys
  .command('list')
  .description('Show all keys, never the keys themselves.')
  .action(async () => {
    const { runKeysList } = await import('./keys.ts');
    process.exitCode = await runKeysList();
  });

keys
  .command('revoke')
  .description('Take a key back; it ends at once.')
  .argument('<key>', 'its id, or its start as keys list shows it')
  .action(async (name: string) => {
    const { runKeysRevoke } = await import('./keys.ts');
    process.exitCode = await runKeysRevoke(name);
  });

program
  .command('migrate')
  .description('Bring the database up to date and start nothing; for a job that runs before a rolling update.')
  .action(async () => {
    const { runMigrate } = await import('./migrate.ts');
    process.exitCode = await runMigrate();
  });

program
  .command('reseal')
  .description('Put the secrets of notification channels under the first key in ENCRYPTION_KEYS, so that older keys can go.')
  .action(async () => {
    const { runReseal } = await import('./reseal.ts');
    process.exitCode = await runReseal();
  });
