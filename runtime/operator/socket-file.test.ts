/** What is not this user's own socket in this user's own closed folder is not spoken to. */
import { afterAll, beforeEach, describe, expect, test } from "bun:test";
import { chmodSync, chownSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { systemClock } from "../clock.ts";
import { askSession } from "./ask.ts";
import { listenForLines } from "./listen.ts";
import { prepareFolder, socketFault, socketPath } from "./socket-file.ts";

const scratch = mkdtempSync(join(tmpdir(), "sock-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const folder = join(scratch, "sockets");
const path = socketPath(folder, "one") ?? "";

beforeEach(() => {
  rmSync(folder, { recursive: true, force: true });
  prepareFolder(folder);
});

const asked = (): Promise<string> =>
  askSession(path, { ask: "state" }, systemClock).then(() => "", String);

describe("nothing is said over", () => {
  test("a link, though it leads to a socket of ours", async () => {
    const other = socketPath(folder, "other") ?? "";
    const socket = listenForLines(other, folder, () => ({ reply: "refused", why: "heard" }));
    symlinkSync(other, path);
    expect(await asked()).toContain("is a link to something else");
    socket?.close();
  });

  test("a file, a stale socket, or nothing", async () => {
    expect(await asked()).toContain("does not answer");
    writeFileSync(path, "");
    expect(await asked()).toContain("is no socket");
    rmSync(path);
    // A socket that nobody listens at any more, as a killed process leaves it.
    const script = `require("node:net").createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, "SIGKILL"))`;
    await Bun.spawn([process.execPath, "-e", script]).exited;
    expect(socketFault(path)).toBeNull();
    expect(await asked()).toContain("does not answer");
  });

  test("a socket in a folder that is open to others, or a link", async () => {
    const socket = listenForLines(path, folder, () => ({ reply: "refused", why: "heard" }));
    expect(await asked()).toBe("");
    for (const mode of [0o701, 0o710, 0o777]) {
      chmodSync(folder, mode);
      expect(await asked()).toContain("open to other users");
    }
    expect(prepareFolder(folder)).toBeNull();
    expect(await asked()).toBe("");
    socket?.close();
  });

  // Skipped without root: a file of another user has to be made.
  test.skipIf(process.getuid?.() !== 0)("what belongs to another user", async () => {
    const socket = listenForLines(path, folder, () => ({ reply: "refused", why: "heard" }));
    chownSync(path, 65_534, 65_534);
    expect(await asked()).toContain("belongs to another user");
    chownSync(folder, 65_534, 65_534);
    expect(prepareFolder(folder)).toContain("belongs to another user");
    socket?.close();
  });
});
