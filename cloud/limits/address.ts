/** From where a request comes, as far as it can be believed. Pure. */

/**
 * Each proxy of ours appends whom it heard from to `X-Forwarded-For`: with one of them, the last is true; what stands
 * before it, anybody may have written. An IPv6 customer has a whole /64 (RFC 6177), so that is one address here.
 */
export function addressOf(peer: string | null, forwarded: string | null, proxies: number): string {
  const heard = (forwarded ?? "").split(",").map((one) => one.trim());
  const told = proxies > 0 ? heard.at(-proxies) : undefined;
  const address = (told === undefined || told === "" ? peer : told) ?? "unknown";
  const groups = groupsOf(address);
  if (groups === null) return address.slice(0, 64);
  const mapped = mappedIn(groups);
  return mapped ?? `${groups.slice(0, 4).map(hex).join(":")}::/64`;
}

const hex = (group: number): string => group.toString(16);

/** The eight of an IPv6 address in whatever form it is written (RFC 4291 §2.2); null for what is none. */
function groupsOf(address: string): number[] | null {
  const plain = address.replace(/%.*$/, "").replace(/^\[(.*)\]$/, "$1");
  const halves = withoutDots(plain).split("::");
  if (!plain.includes(":") || halves.length > 2) return null;
  const [head = [], tail = []] = halves.map((half) => (half === "" ? [] : half.split(":")));
  const missing = 8 - head.length - tail.length;
  if (halves.length === 1 ? missing !== 0 : missing < 1) return null;
  const all = [...head, ...Array.from({ length: missing }, () => "0"), ...tail];
  if (!all.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return null;
  return all.map((group) => Number.parseInt(group, 16));
}

/** An IPv4 address at its end as two groups. */
function withoutDots(address: string): string {
  return address.replace(/(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})$/, (_all, ...parts) => {
    const [a = 0, b = 0, c = 0, d = 0] = parts.slice(0, 4).map(Number);
    return `${hex(a * 256 + b)}:${hex(c * 256 + d)}`;
  });
}

/** Of an IPv4 address in an IPv6 one (RFC 4291 §2.5.5.2), the former: all of them have one /64. */
function mappedIn(groups: readonly number[]): string | null {
  const isMapped = groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff;
  if (!isMapped) return null;
  return groups
    .slice(6)
    .flatMap((group) => [group >> 8, group & 0xff])
    .join(".");
}
