import { ROOT, type Scene } from '../scene.ts';

/** docs/action.md: in the checkout itself, for the action is built of all that lies there. */
export async function actionScene(): Promise<Scene> {
  return {
    folder: ROOT,
    expect: () => ({
      shows: [
        /dist\/action: \d+\.\d MB/,
        /start: \d+ ms in the median/,
        /annotation {3}src\/cart\.js:1/,
        /summary {6}## /,
        /is verified in the runner/,
      ],
    }),
    close: async () => {},
  };
}
