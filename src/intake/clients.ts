import { BlockList, isIP } from 'node:net';

/** Whether an address lies in a list of addresses and networks. */
export type NetworkTest = (address: string) => boolean;

/**
 * @param networks addresses (`192.0.2.7`, `::1`) and networks (`10.0.0.0/8`)
 * @throws RangeError for an entry that is neither
 */
export function createNetworkTest(networks: readonly string[]): NetworkTest {
  if (networks.length === 0) return () => false;
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/', 2);
    const family = isIP(address);
    if (family === 0) throw new RangeError(`not an address or a network: ${network}`);
    const name = family === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) list.addAddress(address, name);
    else list.addSubnet(address, Number(bits), name);
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4');
  };
}

/** An IPv4 address that came over an IPv6 socket (`::ffff:192.0.2.7`) is told as IPv4. */
export function plainAddress(address: string): string {
  return address.startsWith('::ffff:') && isIP(address.slice(7)) === 4 ? address.slice(7) : address;
}

/**
 * Who sent the request. `X-Forwarded-For` is believed only as far as trusted proxies wrote it: from the right, each
 * trusted address vouches for the one before; the first that is not trusted is the client.
 */
export function clientAddress(peer: string | undefined, forwardedFor: string | undefined, isTrusted: NetworkTest): string {
  let client = plainAddress(peer ?? '');
  const hops = forwardedFor?.split(',') ?? [];
  while (isTrusted(client)) {
    const hop = plainAddress(hops.pop()?.trim() ?? '');
    if (isIP(hop) === 0) break;
    client = hop;
  }
  return client;
}
