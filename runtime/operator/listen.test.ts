/** Proves that a session's socket answers what is in the contract, refuses the rest, and is its owner's alone. */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  type OperatorReply,
  operatorReply,
  operatorRequestBytesMax,
} from "../../contracts/operator.ts";
import { sessionId } from "../../contracts/ids.ts";
import { systemClock } from "../clock.ts";
import { explain } from "../prompt/explain.ts";
import { evidences, screenOf } from "../prompt/testing.ts";
import { askSession } from "./ask.ts";
import { listenFor, type SessionSocket } from "./listen.ts";
import { socketPath } from "./socket-file.ts";

const scratch = mkdtempSync(join(tmpdir(), "op-"));
afterAll(() => rmSync(scratch, { recursive: true }));

const id = sessionId.parse("019ab000-0000-7000-8000-000000000001");
const folder = join(scratch, "sockets");
const explained: OperatorReply = {
  reply: "explained",
  session_id: id,
  at: 1,
  explanation: explain(screenOf(`${"wide ".repeat(200)}\nGo on? [y/N] █`), evidences.lineRead),
};

function open(answer = (): OperatorReply => explained): { path: string; socket: SessionSocket } {
  const path = socketPath(folder, id);
  const socket = path === null ? null : listenFor(path, folder, answer);
  if (path === null || socket === null) throw new Error("there is no socket");
  return { path, socket };
}

/** What comes back for bytes written as they are. */
async function raw(path: string, text: string): Promise<OperatorReply> {
  const closed = Promise.withResolvers<string>();
  let received = "";
  const socket = await Bun.connect({
    unix: path,
    socket: {
      data: (_socket, bytes) => void (received += bytes.toString()),
      close: () => closed.resolve(received),
    },
  });
  for (const piece of text.match(/[^]{1,700}/g) ?? []) socket.write(piece);
  return operatorReply.parse(JSON.parse(await closed.promise));
}

async function failure(path: string): Promise<string> {
  const asked = askSession(path, { ask: "explain" }, systemClock);
  return await asked.then(() => "", String);
}

describe("a session's socket", () => {
  test("answers, again and again, and lets nobody else in", async () => {
    const { path, socket } = open();
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    for (let times = 0; times < 6; times += 1) {
      expect(await askSession(path, { ask: "explain" }, systemClock)).toEqual(explained);
    }
    socket.close();
    socket.close();
    expect(existsSync(path)).toBe(false);
  });

  test.each([
    ["type", '{"ask":"type","text":"y"}\n', "no such request"],
    ["more", '{"ask":"explain","and":"type"}\n', "no such request"],
    ["words", "explain\n", "not one line of JSON"],
    ["too much", "x".repeat(operatorRequestBytesMax + 1), "not one line of JSON"],
  ])("refuses what is not in the contract: %s", async (_name, text, why) => {
    const { path, socket } = open(() => {
      throw new Error("asked");
    });
    const reply = await raw(path, text);
    expect(reply).toMatchObject({ reply: "refused", why: expect.stringContaining(why) });
    socket.close();
  });

  test("that nobody listens to any more, or never did, is told as such", async () => {
    const { path, socket } = open();
    socket.close();
    const told = "the session does not answer";
    expect(await failure(path)).toContain(told);
    writeFileSync(path, "");
    expect(await failure(path)).toContain("is no socket");
    rmSync(path);
  });

  test("is done without where there can be none", () => {
    expect(socketPath(`/${"long/".repeat(30)}`, id)).toBeNull();
    const file = join(scratch, "file");
    writeFileSync(file, "");
    expect(listenFor(join(file, "a.sock"), file, () => explained)).toBeNull();
  });
});
