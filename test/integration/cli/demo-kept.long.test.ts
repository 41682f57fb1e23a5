import { expect, it } from 'vitest';
import { runCli as run } from '../../support/run-cli.ts';

/** Protects that people can look around in what the demo has made. */
it('the demo keeps everything running with --keep until it is told to stop, and says where to look', async () => {
  let asked = false;
  let health: Promise<number> | undefined;
  const { status, stdout } = await run(['demo', '--keep'], {
    onStdout: (text, kill) => {
      const url = /(http:\S+)\/health\n/.exec(text)?.[1];
      if (!url || asked || !text.includes('/api/v1/incidents')) return;
      asked = true;
      health = fetch(`${url}/health`).then((answer) => answer.status);
      health.finally(kill);
    },
  });
  expect(await health).toBe(200);
  expect(stdout).toMatch(/curl -H "Authorization: Bearer \S{20,}"/);
  expect(status).toBe(0);
});
