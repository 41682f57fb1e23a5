import { BlockList, isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/**
 * Addresses that are public by their range and still the metadata service of a cloud.
 * @see https://learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16
 */
const METADATA = new Set(['168.63.129.16']);

/** What the server's operator lets messages go to though it is not public: host names, addresses, networks. */
export interface AllowedTargets {
  isAllowedHost(host: string): boolean;
  isAllowedAddress(address: string): boolean;
}

/** @param entries host names, or addresses and networks such as `10.1.0.0/16` and `::1` */
export function allowedTargets(entries: readonly string[]): AllowedTargets {
  const networks = new BlockList();
  const hosts = new Set<string>();
  for (const entry of entries) {
    const [address = '', prefix] = entry.split('/');
    const family = isIP(address);
    const kind = family === 6 ? 'ipv6' : 'ipv4';
    if (family === 0) hosts.add(entry.toLowerCase());
    else if (prefix === undefined) networks.addAddress(address, kind);
    else networks.addSubnet(address, Number(prefix), kind);
  }
  return {
    isAllowedHost: (host) => hosts.has(host.toLowerCase()),
    isAllowedAddress: (address) => {
      const plain = unmapped(address);
      return plain !== null && networks.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
    },
  };
}

/**
 * Whether a message may go to an address: to public ones only. Everything that IANA keeps for something else is refused
 * (private, loopback, link-local, shared, multicast, reserved), and so are the forms of IPv6 in which an IPv4 address can be
 * wrapped, for what they lead to is decided elsewhere.
 */
export function isPublicAddress(address: string): boolean {
  const plain = unmapped(address);
  return plain !== null && ipaddr.parse(plain).range() === 'unicast' && !METADATA.has(plain);
}

/** An IPv4 address that is written as IPv6 is the IPv4 address. `null` for what is no address. */
function unmapped(address: string): string | null {
  const [bare = ''] = address.split('%');
  if (isIP(bare) === 0) return null;
  return ipaddr.process(bare).toString();
}
