/** Checks on the ways out of the machine: two files open connections, and nothing loads them that was not asked to. */
import { effectsOf, type Judge, network, reached } from "./reach.ts";
import { type File, type Finding, isCode, isTest } from "./source.ts";

/** The trace's, and that of calls to the person: it runs in a process of its own, which no session is made of. */
const waysOut = ["runtime/upload/cloud.ts", "runtime/operator/notify/post.ts"];
/** They are spoken to by the user's own processes: through a socket in a private folder, one without a name, or loopback. */
const localSockets = new Set([
  ...["runtime/operator/listen.ts", "runtime/operator/ask.ts"],
  "runtime/operator/local-server.ts",
  ...["runtime/operator/seats.ts", "runtime/operator/attached.ts"],
  "runtime/pty/leader-channel.ts",
]);
const connecting =
  /^(?:node:)?(?:net|tls|http|https|http2|dgram|dns|dns\/promises)$|^(?:undici|ws)$/;

const product = ({ path }: File): boolean =>
  /^(?:runtime\/|cmd\/atlasbridge(?:\.ts$|\/))/.test(path) &&
  isCode(path) &&
  !isTest(path) &&
  !path.endsWith(".example.ts");

/** Packages are judged by `checkNoNetwork` where it matters; here it is about our own hands. */
const hands: Judge = {
  module: ({ from }) => (connecting.test(from) ? `imports ${from}` : null),
  node: network.node,
};

/** In the local program two files open connections. */
export function checkWayOut(files: readonly File[]): Finding[] {
  return files
    .filter((file) => product(file) && !waysOut.includes(file.path) && !localSockets.has(file.path))
    .flatMap((file) =>
      effectsOf(file, hands).map(({ what, line }) => ({
        path: file.path,
        line,
        message: `only ${waysOut.join(" and ")} open a connection, but this ${what}; take a Cloud as a parameter`,
      })),
    );
}

const isApart = (path: string): boolean =>
  /^(?:runtime\/upload|cmd\/atlasbridge\/cloud)\//.test(path) ||
  /^runtime\/operator\/notify\/(?:post|serve|serve-main)\.ts$/.test(path);

/** Whoever has no cloud never loads what could speak to one; and what calls a person elsewhere is a process of its own. */
export function checkWaysApart(files: readonly File[]): Finding[] {
  const byPath = new Map(files.map((file) => [file.path, file]));
  const findings: Finding[] = [];
  for (const file of files.filter((one) => product(one) && !isApart(one.path))) {
    for (const [far, chain] of reached(file.path, byPath, false)) {
      const before = chain.at(-2) ?? file.path;
      // Told where it happens, not again by everybody who is further away.
      if (!isApart(far) || before !== file.path) continue;
      const message = `loads ${far} with everything else; import it inside the action that needs it`;
      findings.push({ path: file.path, line: 1, message });
    }
  }
  return findings;
}
