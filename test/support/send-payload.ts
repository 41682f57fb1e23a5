import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import type { Repository } from '../../src/sandbox/state/model.ts';
import { deliver } from './deliveries.ts';
import type { World } from './world.ts';

/** Sends a payload as it is, signed. @returns the delivery's GUID */
export async function sendRaw(world: World, event: string, payload: unknown, guid: string = randomUUID()): Promise<string> {
  const answer = await deliver(Number(new URL(world.regreen.url).port), {
    event,
    guid,
    secret: world.sandbox.app.webhookSecret,
    body: JSON.stringify(payload),
  });
  expect(answer.json).toMatchObject({ status: 'accepted', deliveryId: guid });
  return guid;
}

/** What a payload says of a repository of the sandbox. */
export function repositoryFields(repository: Repository): Record<string, unknown> {
  return {
    id: repository.id,
    name: repository.name,
    full_name: `${repository.owner.login}/${repository.name}`,
    owner: { login: repository.owner.login },
    default_branch: repository.defaultBranch,
    updated_at: new Date().toISOString(),
    private: false,
    archived: false,
  };
}
