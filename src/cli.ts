import { enableCompileCache } from 'node:module';
import { Command } from 'commander';

// Stripping types and compiling is most of a start; the cache makes the second one fast.
enableCompileCache();

// A reader that has seen enough (`… | head`) closes the pipe; that is no error of ours.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

/** The command line. Each subcommand loads its own code when it is called, so that starting stays fast. */
const program = new Command('regreen')
  .description('Self-hosted, self-healing CI: reads a red build, says why, fixes it and waits until real CI is green.')
  .showHelpAfterError();

program
  .command('serve')
  .description('Start the server; the configuration comes from the environment and .env.')
  .action(async () => {
    const { serve } = await import('./serve.ts');
    await serve();
  });

program
  .command('demo')
  .description('Show the main job on this machine: no credentials, no database, no network.')
  .option('--keep', 'leave everything running to look around in')
  .action(async (options: { keep?: boolean }) => {
    const { runDemoCommand } = await import('./cli/demo.ts');
    process.exitCode = await runDemoCommand(options);
  });

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
