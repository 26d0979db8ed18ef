/** Proves that the process which asks the keychain does one order, and ends whatever becomes of it. */
import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { keychainReport } from "./order.ts";

const main = join(import.meta.dir, "serve-main.ts");

async function served(input: string, bus: string) {
  const child = Bun.spawn([process.execPath, main], {
    env: { PATH: "/usr/bin:/bin", DBUS_SESSION_BUS_ADDRESS: bus },
    stdin: new TextEncoder().encode(input),
    stdout: "pipe",
    stderr: "ignore",
  });
  return { out: await new Response(child.stdout).text(), code: await child.exited };
}

test("an order that it does not understand gets no report", async () => {
  const orders = [
    "",
    "{}\n",
    '{"order":"read","name":"../x","withinMs":9}\n',
    '{"order":"dump"}\n',
  ];
  for (const order of orders) {
    const { out, code } = await served(order, "unix:path=/nonexistent");
    expect(out).toBe("");
    expect(code).not.toBe(0);
  }
});

test("what the system says of its failure is reported in one line", async () => {
  const order = '{"order":"names","withinMs":5000}\n';
  const { out, code } = await served(order, "unix:path=/nonexistent");
  expect(code).toBe(0);
  expect(out.trimEnd()).not.toContain("\n");
  expect(keychainReport.parse(JSON.parse(out))).toMatchObject({
    report: "failed",
    trouble: "unreachable",
  });
});

test("it ends by itself when its time is over, though nobody ends it and a thread of it waits", async () => {
  const folder = mkdtempSync(join(tmpdir(), "atlasbridge-serve-"));
  const socket = join(folder, "mute");
  const mute = createServer(() => undefined).listen(socket);
  const { out, code } = await served(
    '{"order":"read","name":"key","withinMs":200}\n',
    `unix:path=${socket}`,
  );
  mute.close();
  rmSync(folder, { recursive: true, force: true });
  expect({ out, code }).toEqual({ out: "", code: 1 });
});
