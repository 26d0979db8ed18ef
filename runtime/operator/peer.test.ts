/** Another user of the machine is refused by the kernel's word, though every door were open to them. */
import { afterAll, expect, test } from "bun:test";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { listenForLines } from "./listen.ts";
import { socketPath } from "./socket-file.ts";

const scratch = mkdtempSync(join(tmpdir(), "peer-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const folder = join(scratch, "sockets");
const path = socketPath(folder, "any") ?? "";

const client = `use Socket; $SIG{PIPE} = "IGNORE"; socket(my $s, PF_UNIX, SOCK_STREAM, 0) or die;
connect($s, sockaddr_un($ARGV[0])) or die "not even reached: $!";
syswrite($s, qq({"ask":"state"}\\n)); print while <$s>;`;

/** What a process of this user is told. */
async function toldTo(user: number): Promise<string> {
  const as = ["setpriv", `--reuid=${user}`, `--regid=${user}`, "--clear-groups"];
  const child = Bun.spawn([...as, "perl", "-e", client, path], { stdout: "pipe", stderr: "pipe" });
  const [out, err] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
  ]);
  return out + err;
}

const isRoot = process.getuid?.() === 0 && Bun.which("setpriv") !== null;

// Skipped without root: a file of another user has to be made.
test.skipIf(!isRoot)(
  "another user is refused, and asked nothing; the same one is answered",
  async () => {
    let asked = 0;
    const socket = listenForLines(path, folder, () => {
      asked += 1;
      return { reply: "here" };
    });
    expect(await toldTo(65_534)).toContain("not even reached");
    for (const open of [scratch, folder]) chmodSync(open, 0o777);
    chmodSync(path, 0o777);
    expect(JSON.parse(await toldTo(65_534))).toEqual({
      reply: "refused",
      why: "it belongs to another user",
    });
    expect(asked).toBe(0);
    expect(JSON.parse(await toldTo(0))).toEqual({ reply: "here" });
    socket?.close();
  },
);
