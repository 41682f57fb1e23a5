import { appendFile } from 'node:fs/promises';
import { run } from '@probot/adapter-github-actions';
import { type ActionOutput, explainRun } from './action/explain-run.ts';
import { readActionEnvironment } from './config/environment.ts';

/** Regreen inside a workflow that listens to `workflow_run`: the same reading of the log, without a server. */
const environment = readActionEnvironment();

const output: ActionOutput = {
  log: (line) => process.stdout.write(`${line}\n`),
  summary: async (markdown) => {
    if (environment.summaryPath !== null) await appendFile(environment.summaryPath, markdown);
  },
};

await run((app) => {
  app.on('workflow_run.completed', async (context) => {
    try {
      await explainRun(context.octokit, context.payload, output);
    } catch (error) {
      // The adapter logs what a handler throws and ends with status 0, which would look like success.
      process.exitCode = 1;
      throw error;
    }
  });
});
