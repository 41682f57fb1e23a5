import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { networkOf } from '../../../src/intake/client-limits.ts';
import { clientAddress, createNetworkTest } from '../../../src/intake/clients.ts';
import { guidOf, hostName } from '../../../src/intake/headers.ts';
import { createSignatureCheck } from '../../../src/intake/signature.ts';
import { signBody } from '../../support/deliveries.ts';

const bytes = fc.uint8Array({ maxLength: 500 }).map((array) => Buffer.from(array));
const secret = fc.string({ minLength: 1, maxLength: 100, unit: 'grapheme' });

describe('signatures', () => {
  it('accepts what was signed with any of the secrets', () => {
    fc.assert(
      fc.property(bytes, fc.array(secret, { minLength: 1, maxLength: 4 }), fc.nat(), (body, secrets, pick) => {
        const used = secrets[pick % secrets.length] ?? '';
        expect(createSignatureCheck(secrets)(body, signBody(body, used))).toBe(true);
      }),
    );
  });

  it('refuses another secret, and a body or signature with one bit changed', () => {
    fc.assert(
      fc.property(bytes, secret, secret, fc.nat(), (body, mine, other, bit) => {
        fc.pre(mine !== other && body.length > 0);
        const isSigned = createSignatureCheck([mine]);
        const signature = signBody(body, mine);
        expect(isSigned(body, signBody(body, other))).toBe(false);
        const changed = Buffer.from(body);
        const at = bit % body.length;
        changed[at] = (changed[at] ?? 0) ^ (1 << (bit % 8));
        expect(isSigned(changed, signature)).toBe(false);
        const digit = 7 + (bit % 64);
        const flipped = signature[digit] === '0' ? '1' : '0';
        expect(isSigned(body, signature.slice(0, digit) + flipped + signature.slice(digit + 1))).toBe(false);
      }),
    );
  });

  it('refuses every other text without throwing', () => {
    const isSigned = createSignatureCheck(['secret']);
    fc.assert(fc.property(fc.string(), (text) => !isSigned(Buffer.from('{}'), text)));
    expect(isSigned(Buffer.from('{}'), signBody('{}', 'secret').toUpperCase())).toBe(false);
  });
});

describe('who the client is', () => {
  const trusted = createNetworkTest(['10.0.0.0/8', '::1']);
  it.each([
    ['the peer, without a proxy', '192.0.2.1', undefined, '192.0.2.1'],
    ['the peer, whatever it claims, when it is not trusted', '192.0.2.1', '8.8.8.8', '192.0.2.1'],
    ['what the trusted proxy saw', '10.0.0.1', '192.0.2.1', '192.0.2.1'],
    ['not what the client itself put in front', '10.0.0.1', '8.8.8.8, 192.0.2.1', '192.0.2.1'],
    ['seen through two trusted proxies', '10.0.0.1', '192.0.2.1, 10.0.0.2', '192.0.2.1'],
    ['the proxy, when the header is broken', '10.0.0.1', 'unknown', '10.0.0.1'],
    ['the last address, when all are trusted', '10.0.0.1', '10.0.0.3, 10.0.0.2', '10.0.0.3'],
    ['IPv4 that came over an IPv6 socket', '::ffff:10.0.0.1', '::ffff:192.0.2.1', '192.0.2.1'],
    ['nobody', undefined, undefined, ''],
  ])('%s', (_name, peer, forwardedFor, client) => {
    expect(clientAddress(peer, forwardedFor, trusted)).toBe(client);
  });

  it('names what is not an address or a network', () => {
    expect(() => createNetworkTest(['10.0.0.0/8', 'example.com'])).toThrow('example.com');
    expect(() => createNetworkTest(['10.0.0.0/99'])).toThrow();
  });

  it.each([
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:0db8:1:2::1', '2001:db8:1:2::/64'],
    ['::1', '0:0:0:0::/64'],
    ['fe80::1', 'fe80:0:0:0::/64'],
  ])('counts %s as %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });
});

describe('headers', () => {
  it.each([
    ['Example.com', 'example.com'],
    ['example.com:3000', 'example.com'],
    ['[::1]:3000', '[::1]'],
    ['[::1]', '[::1]'],
  ])('%s is the host %s', (host, name) => {
    expect(hostName(host)).toBe(name);
  });

  it('takes a GUID only in its own form', () => {
    fc.assert(fc.property(fc.uuid(), (guid) => guidOf({ 'x-github-delivery': guid }) === guid));
    fc.assert(
      fc.property(fc.string({ maxLength: 80 }), (text) => {
        const guid = guidOf({ 'x-github-delivery': text });
        expect(guid === undefined || /^[0-9a-fA-F-]{16,64}$/.test(guid)).toBe(true);
      }),
    );
  });
});
