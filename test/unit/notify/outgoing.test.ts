import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { allowedTargets, isPublicAddress } from '../../../src/notify/outgoing/addresses.ts';
import { createSafeFetch, type Resolve, type SafeFetch } from '../../../src/notify/outgoing/safe-fetch.ts';
import { type LocalServer, startServer } from '../../support/agents/server.ts';

/** Protects what lies beside this server from what others tell it to send. RFC 6890 and the registries of IANA name the ranges. */
describe('an address', () => {
  it.each([
    ['8.8.8.8', true],
    ['140.82.121.4', true],
    ['2606:50c0:8000::154', true],
    ['127.0.0.1', false],
    ['127.255.255.254', false],
    ['0.0.0.0', false],
    ['10.1.2.3', false],
    ['172.16.0.1', false],
    ['172.32.0.1', true],
    ['192.168.1.1', false],
    ['169.254.169.254', false],
    ['100.64.0.1', false],
    ['100.100.100.200', false],
    ['168.63.129.16', false],
    ['192.0.0.192', false],
    ['198.18.0.1', false],
    ['203.0.113.9', false],
    ['224.0.0.1', false],
    ['240.0.0.1', false],
    ['255.255.255.255', false],
    ['::', false],
    ['::1', false],
    ['fe80::1', false],
    ['fe80::1%eth0', false],
    ['fc00::1', false],
    ['fd00:ec2::254', false],
    ['ff02::1', false],
    ['2001:db8::1', false],
    ['::ffff:127.0.0.1', false],
    ['::ffff:7f00:1', false],
    ['::ffff:8.8.8.8', true],
    ['64:ff9b::7f00:1', false],
    ['64:ff9b::a9fe:a9fe', false],
    ['2002:7f00:1::', false],
    ['2001:0:7f00:1::', false],
    ['example.com', false],
    ['', false],
  ])('%s is public: %s', (address, expected) => {
    expect(isPublicAddress(address)).toBe(expected);
  });

  it('of IPv4 is the same when it is written as IPv6', () => {
    fc.assert(
      fc.property(fc.ipV4(), (address) => {
        expect(isPublicAddress(`::ffff:${address}`)).toBe(isPublicAddress(address));
      }),
    );
  });

  it('may be allowed by name, by itself and by its network', () => {
    const allowed = allowedTargets(['chat.example', '10.1.0.0/16', 'fd00::/8', '::1']);
    expect(['chat.example', 'CHAT.example', 'other.example'].map(allowed.isAllowedHost)).toEqual([true, true, false]);
    expect(['10.1.2.3', '10.2.0.1', '::ffff:10.1.2.3', 'fd12::1', '::1', '::2'].map(allowed.isAllowedAddress)).toEqual([
      true,
      false,
      true,
      true,
      true,
      false,
    ]);
  });
});

/** Protects that the address is looked at when it is connected to, whatever its name said before. */
describe('a request', () => {
  const opened: { close(): Promise<void> }[] = [];
  afterEach(async () => {
    for (const one of opened.splice(0).toReversed()) await one.close();
  });

  async function given(targets: readonly string[], resolve?: Resolve): Promise<{ safe: SafeFetch; server: LocalServer }> {
    const server = await startServer((_request, response) => void response.end('reached'));
    const allowed = allowedTargets(targets);
    const safe = createSafeFetch({ allowed, timeoutMs: 60_000, mostBytes: 1_000, ...(resolve && { resolve }) });
    opened.push(server, safe);
    return { safe, server };
  }

  const post = async (safe: SafeFetch, url: string): Promise<string> =>
    safe.send(url, { method: 'POST', headers: {}, body: '' }).then(
      ({ text }) => text,
      (error: { code?: string }) => error.code ?? 'another error',
    );
  const portOf = ({ url }: LocalServer) => new URL(url).port;

  it.each(['127.0.0.1', '[::ffff:127.0.0.1]', '2130706433', '0x7f.1', 'localhost'])('to %s is refused', async (host) => {
    const { safe, server } = await given([]);
    expect(await post(safe, `http://${host}:${portOf(server)}/`)).toBe('ADDRESS_NOT_PUBLIC');
    expect(server.seen).toEqual([]);
  });

  it.each([
    ['one that is private', ['10.0.0.1']],
    ['one among public ones', ['8.8.8.8', '127.0.0.1']],
    ['one wrapped in IPv6', ['::ffff:127.0.0.1']],
    ['none', []],
  ])('to a name that stands for %s is refused', async (_what, addresses) => {
    const answers = addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }));
    const { safe, server } = await given([], (_host, answer) => answer(null, answers));
    expect(await post(safe, `http://hook.example:${portOf(server)}/`)).toBe('ADDRESS_NOT_PUBLIC');
    expect(server.seen).toEqual([]);
  });

  it('asks the name server once for each connection: a second answer can not lead elsewhere', async () => {
    let asked = 0;
    // Public at first, this machine afterwards, as a hostile name server answers.
    const rebinding: Resolve = (_host, answer) =>
      answer(null, [{ address: asked++ === 0 ? '192.0.2.1' : '127.0.0.1', family: 4 }]);
    const { safe, server } = await given(['192.0.2.0/24'], rebinding);
    await post(safe, `http://hook.example:${portOf(server)}/`);
    expect(await post(safe, `http://hook.example:${portOf(server)}/`)).toBe('ADDRESS_NOT_PUBLIC');
    expect(server.seen).toEqual([]);
  });

  it('reaches what is allowed by its address or its name', async () => {
    const home: Resolve = (_host, answer) => answer(null, [{ address: '127.0.0.1', family: 4 }]);
    const byAddress = await given(['127.0.0.0/8']);
    expect(await post(byAddress.safe, byAddress.server.url)).toBe('reached');
    const byName = await given(['chat.internal'], home);
    expect(await post(byName.safe, `http://chat.internal:${portOf(byName.server)}/`)).toBe('reached');
    expect(await post(byName.safe, `http://other.internal:${portOf(byName.server)}/`)).toBe('ADDRESS_NOT_PUBLIC');
  });
});
