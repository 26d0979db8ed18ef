/** Hosts compared by their labels, so that `evil-example.com` is not `example.com`. Pure. */

/** `below`: every name below this one, and not the name itself. */
export type HostPattern = { name: string; below: boolean };

export function compileHost(written: string): HostPattern {
  const below = written.startsWith("*.");
  return { name: plainHost(below ? written.slice(2) : written), below };
}

/** `host` as a prompt shows it; a port behind it is no part of the name. */
export function matchesHost(host: string, patterns: readonly HostPattern[]): boolean {
  const plain = plainHost(host);
  return patterns.some(({ name, below }) =>
    below ? plain.endsWith(`.${name}`) && plain.length > name.length + 1 : plain === name,
  );
}

/** Letter case means nothing in a host's name (RFC 4343), nor does the root's dot. */
function plainHost(host: string): string {
  return host.toLowerCase().replace(/:\d+$/, "").replace(/\.$/, "");
}
