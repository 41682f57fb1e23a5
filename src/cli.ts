import { Command } from 'commander';

/** The command line. Each subcommand loads its own code when it is called, so that starting stays fast. */
const program = new Command('regreen').description('Self-hosted, self-healing CI: reads a red build, says why, fixes it.');

program
  .command('analyze')
  .description('Read raw CI logs and say why they failed.')
  .argument('<files...>', 'logs to read; - is standard input')
  .option('--json', 'print one JSON object a line and a file')
  .option('--baseline <log>', 'the last green log of the same job: its lines are no evidence')
  .action(async (files: string[], options: { json?: boolean; baseline?: string }) => {
    const { runAnalyze } = await import('./cli/analyze.ts');
    process.exitCode = await runAnalyze(files, options);
  });

await program.parseAsync();
