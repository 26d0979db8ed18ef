/** Who else could come near the dashboard: another machine on the same wire, and another user of this one. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync } from "node:fs";
import { pipedProgram } from "../cmd/e2e/start.ts";
import { World } from "../cmd/e2e/world.ts";
import { serve } from "./testing/dash.ts";

setDefaultTimeout(60_000);

const isRoot = process.platform === "linux" && process.geteuid?.() === 0;

/** Two machines as far as the network goes: `$near`, where the dashboard is, and `$far`, joined by one wire. */
const wired = `
set -eu
unshare -n sleep 60 & near=$!
unshare -n sleep 60 & far=$!
trap 'kill $near $far 2>/dev/null' EXIT
at() { pid=$1; shift; nsenter -t "$pid" -n "$@"; }
until [ "$(readlink /proc/$near/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
until [ "$(readlink /proc/$far/ns/net)" != "$(readlink /proc/self/ns/net)" ]; do sleep 0.02; done
at $near ip link set lo up
at $near ip link add wire type veth peer name end
at $near ip link set end netns $far
at $near ip addr add 192.0.2.1/24 dev wire
at $near ip link set wire up
at $far ip addr add 192.0.2.2/24 dev end
at $far ip link set end up
`;

/** Whether somebody answers at an address and port, and what the first line is. */
const knock = `
knock() {
  at "$1" timeout 5 bash -c 'exec 3<>/dev/tcp/$0/$1 && printf "GET / HTTP/1.0\\r\\n\\r\\n" >&3 && head -n1 <&3' "$2" "$3" 2>/dev/null || echo nobody
}
`;

/** Why not, if it cannot be shown here. */
function noWire(): string | null {
  if (!isRoot) return "a network of one's own takes root";
  const missing = ["ip", "unshare", "nsenter"].filter((name) => Bun.which(name) === null);
  if (missing.length > 0) return `not on this machine: ${missing.join(", ")}`;
  const { exitCode, stderr } = Bun.spawnSync(["bash", "-c", wired]);
  return exitCode === 0 ? null : `this machine does not allow it: ${stderr.toString().trim()}`;
}

const why = noWire();
const shown = why === null ? "" : ` (not shown here: ${why})`;

// Skipped where the machine does not let it: the reason is told above.
test.skipIf(why !== null)(
  `another machine on the wire finds nobody, but where the operator has bound it there in so many words${shown}`,
  async () => {
    await using world = new World();
    const script = `${wired}${knock}
shut=; last=
trap 'kill $near $far $last $shut 2>/dev/null' EXIT
# Not through a function: what is ended is to be the program, and no shell around it.
start() { home=$1; shift; timeout 60 nsenter -t $near -n "$BINARY" --home "$home" dashboard "$@" >"$home.out" 2>/dev/null & last=$!
  until [ -s "$home.out" ]; do kill -0 $last; sleep 0.02; done; }
start "$PLACE/shut" --port 41520; shut=$last
start "$PLACE/open" --port 41521 --bind 0.0.0.0 --i-understand-the-risk; open=$last
echo "here: $(knock $near 127.0.0.1 41520)"
echo "own address: $(knock $near 192.0.2.1 41520)"
echo "far: $(knock $far 192.0.2.1 41520)"
echo "far, bound there: $(knock $far 192.0.2.1 41521)"
kill $shut $open; wait $shut $open || true
`;
    const env = world.env({ BINARY: world.binary, PLACE: world.folder });
    const argv = ["bash", "-c", script];
    const { stdout, stderr } = await pipedProgram(argv, { stdin: null, env, cwd: world.folder });
    expect(stdout.replaceAll("\r", "").trim().split("\n"), stderr).toEqual([
      // A request without a host is nobody's of ours: it is answered, and refused.
      "here: HTTP/1.1 421 Misdirected Request",
      "own address: nobody",
      "far: nobody",
      "far, bound there: HTTP/1.1 421 Misdirected Request",
    ]);
  },
);

// Skipped without root: a file of another user has to be made.
test.skipIf(!isRoot || Bun.which("setpriv") === null)(
  "another user of the machine is not let in, cannot read the key, and is given no link",
  async () => {
    await using world = new World();
    const { port } = await serve(world);
    // As far as they could get on a machine where home folders stand open.
    chmodSync(world.folder, 0o755);
    const as = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"];
    const other = async (...argv: string[]) =>
      await pipedProgram([...as, ...argv], {
        ...{ stdin: null, cwd: "/" },
        env: { ...world.env(), HOME: "/" },
      });
    const request = `GET /trpc/line HTTP/1.1\\r\\nHost: 127.0.0.1:${port}\\r\\nConnection: close\\r\\n\\r\\n`;
    const asked = await other(
      ...[
        "bash",
        "-c",
        `exec 3<>/dev/tcp/127.0.0.1/${port}; printf '${request}' >&3; head -n1 <&3`,
      ],
    );
    expect(asked.stdout).toStartWith("HTTP/1.1 401");
    const listed = await other("ls", "-R", world.home);
    expect([listed.stdout, listed.code]).toEqual(["", 2]);
    const linked = await other(world.binary, "dashboard", "--port", "0");
    expect(linked.code).not.toBe(0);
    expect(linked.stdout).toBe("");
  },
);
