import ipaddr from 'ipaddr.js';

/**
 * What counts as one address: whoever has one IPv6 address has its whole /64 (RFC 6177), and devices change theirs
 * within it (RFC 8981). Null where there is no address.
 */
export function networkOf(address: string | null): string | null {
  if (address === null || !ipaddr.isValid(address)) return null;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString();
}
