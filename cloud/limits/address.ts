/** From where a request comes, as far as it can be believed. Pure. */

/**
 * Each proxy of ours appends whom it heard from to `X-Forwarded-For`: with one of them, the last is true; what stands
 * before it, anybody may have written. An IPv6 customer has a whole /64 (RFC 6177), so that is one address here.
 */
export function addressOf(peer: string | null, forwarded: string | null, proxies: number): string {
  const heard = (forwarded ?? "").split(",").map((one) => one.trim());
  const told = proxies > 0 ? heard.at(-proxies) : undefined;
  const address = (told === undefined || told === "" ? peer : told) ?? "unknown";
  if (!address.includes(":") || /^::ffff:\d/i.test(address)) return address.slice(0, 64);
  return `${address.split(":").slice(0, 4).join(":")}::/64`.slice(0, 64);
}
