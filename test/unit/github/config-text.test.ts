import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readConfigText, readConfigTextOfBranch } from '../../../src/github/config-text.ts';
import { type ClientUnderTest, createClient, endNock } from './client-under-test.ts';

const PATH = '/repos/octo/shop/contents/.github%2Fregreen.yml';
const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];

let client: ClientUnderTest;

beforeEach(async () => {
  client = await createClient();
});
afterEach(endNock);

/** GitHub has this file there, once: what asks again fails. */
function hold(ref: string, text: string) {
  const content = Buffer.from(text).toString('base64');
  client.scope.get(PATH).query({ ref }).reply(200, { type: 'file', size: text.length, content });
}

/** Protects GitHub's limits, and that a repository which takes a right back is heard at once. */
describe('regreen.yml', () => {
  it('of a branch is read once for all that happens on one head', async () => {
    hold('main', 'mode: fix\n');
    for (let job = 0; job < 3; job++) {
      expect(await readConfigTextOfBranch(client.at, 'main', OLD)).toEqual({ text: 'mode: fix\n', readable: true });
    }
  });

  it('is read anew when the branch was pushed to, and when another branch becomes the default', async () => {
    hold('main', 'mode: fix\n');
    await readConfigTextOfBranch(client.at, 'main', OLD);
    hold('main', 'mode: observe\n');
    expect((await readConfigTextOfBranch(client.at, 'main', NEW)).text).toBe('mode: observe\n');
    hold('trunk', 'mode: annotate\n');
    expect((await readConfigTextOfBranch(client.at, 'trunk', NEW)).text).toBe('mode: annotate\n');
  });

  it('that is not there is known not to be there; a failure is not kept', async () => {
    client.scope.get(PATH).query({ ref: 'main' }).reply(403, { message: 'Forbidden by a rule' });
    await expect(readConfigTextOfBranch(client.at, 'main', OLD)).rejects.toMatchObject({ status: 403 });
    client.scope.get(PATH).query({ ref: 'main' }).reply(404, {});
    for (let job = 0; job < 2; job++) {
      expect(await readConfigTextOfBranch(client.at, 'main', OLD)).toEqual({ text: null, readable: true });
    }
  });

  it('of a commit is read once, of a branch by its name alone each time', async () => {
    hold(OLD, 'mode: fix\n');
    for (let job = 0; job < 2; job++) expect((await readConfigText(client.at, OLD)).text).toBe('mode: fix\n');
    for (const text of ['one', 'two']) {
      hold('main', text);
      expect((await readConfigText(client.at, 'main')).text).toBe(text);
    }
  });
});
