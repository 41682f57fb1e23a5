import { startServer } from '../../support/agents/server.ts';
import { startSlack } from '../../support/notify/slack-server.ts';
import type { Expectation, Scene } from '../scene.ts';
import type { Session } from '../session.ts';
import { createKey, READY, serverFolder } from './server-folder.ts';

const TEAM = '11111111-1111-4111-8111-111111111111';

/** A server whose notifications may go to a Slack and a receiver on this machine. */
export async function notificationsScene(): Promise<Scene> {
  const [server, slack] = await Promise.all([serverFolder(), startSlack()]);
  const receiver = await startServer((_request, response) => void response.writeHead(204).end());
  await server.write({ NOTIFY_ALLOWED_TARGETS: '127.0.0.1' });
  let key = '';
  let channel = '';
  const start = async (session: Session): Promise<void> => {
    await session.start('npm start', READY);
    key = await createKey(session);
  };
  const expect = (command: string): Expectation | undefined => {
    if (command.startsWith('AUTH=')) return { before: start };
    if (/"kind":"slack"/.test(command)) {
      return {
        shows: [/"kind":"slack"/],
        after: (output) => {
          channel = /"id":"([^"]+)"/.exec(output)?.[1] ?? '';
        },
      };
    }
    if (command.includes('/test"')) return { shows: [/"delivered":true|"ok":true|"sent"/], after: () => slack.took(1) };
    if (command.includes('/slack/send"')) return { shows: [/"id":/], after: () => slack.took(2) };
    if (command.includes('"$API/settings"')) return { shows: [/"daily":true/, /"timeZone":"Europe\/Berlin"/] };
    return command.startsWith('curl') ? { shows: [/"id":"/] } : undefined;
  };
  return {
    folder: server.folder,
    here: (command) =>
      command
        .replace('Bearer KEY', `Bearer ${key}`)
        .replace('https://regreen.example.com', server.url)
        .replace(/https:\/\/hooks\.slack\.com\/[^"]*/, slack.hook)
        .replace('https://example.com/regreen', receiver.url)
        .replaceAll('CHANNEL_ID', channel)
        .replace('TEAM_UUID', TEAM)
        .replace('lin_api_…', 'lin_api_0123456789abcdef0123456789abcdef'),
    expect,
    close: async () => {
      await server.close();
      await Promise.all([slack.close(), receiver.close()]);
    },
  };
}
