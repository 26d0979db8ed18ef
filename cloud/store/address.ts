/** Where a database is, as its URL says it: libpq's own parameters for sockets and for TLS. */

export type Address = {
  /** Without what is only about the way there. */
  url: string;
  target: { path: string } | { host: string; port: number };
  /** `verify`: the server's certificate must be of that host, signed by somebody known here. */
  tls: "none" | "unverified" | "verify";
  host: string;
};

const portDefault = 5_432;

/** `?host=/folder` is the folder of a socket; `?sslmode=` as in libpq (manual §32.18), of which `prefer` means `disable`. */
export function addressOf(text: string): Address {
  const url = new URL(text);
  const folder = url.searchParams.get("host");
  const mode = url.searchParams.get("sslmode") ?? "disable";
  for (const name of ["host", "sslmode"]) url.searchParams.delete(name);
  const port = Number(url.port || portDefault);
  const host = url.hostname.replace(/^\[(.*)\]$/, "$1") || "localhost";
  return {
    url: url.href,
    target: folder === null ? { host, port } : { path: `${folder}/.s.PGSQL.${port}` },
    tls: tlsOf(mode),
    host,
  };
}

function tlsOf(mode: string): Address["tls"] {
  if (mode === "require") return "unverified";
  return mode === "verify-ca" || mode === "verify-full" ? "verify" : "none";
}
