import ipaddr from 'ipaddr.js';

/** An IPv4 address as a translator shows it to a host that has IPv6 only (RFC 6052 §2.1). */
const TRANSLATED = ipaddr.parseCIDR('64:ff9b::/96');

/**
 * What counts as one address: whoever has one IPv6 address has its whole /64 (RFC 6177), and devices change theirs
 * within it (RFC 8981). Null where there is no address.
 */
export function networkOf(address: string | null): string | null {
  if (address === null || !ipaddr.isValid(address)) return null;
  const parsed = ipaddr.process(address);
  if (parsed.kind() === 'ipv4') return parsed.toString();
  if (parsed.match(TRANSLATED)) {
    return ipaddr.fromByteArray(parsed.toByteArray().slice(-4)).toString();
  }
  return ipaddr.IPv6.networkAddressFromCIDR(`${parsed.toString()}/64`).toString();
}
