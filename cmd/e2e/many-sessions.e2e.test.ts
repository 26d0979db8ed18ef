/** Many sessions, three of them waiting: the right three are told, and no reply of many goes astray. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import fc from "fast-check";
import {
  type OperatorReply,
  type OperatorRequest,
  promptsListView,
  type WaitingPrompt,
} from "../../contracts/operator.ts";
import { sessionId } from "../../contracts/ids.ts";
import { systemClock } from "../../runtime/clock.ts";
import { askSession } from "../../runtime/operator/ask.ts";
import { socketPath } from "../../runtime/operator/socket-file.ts";
import { detached, endWith } from "./background.ts";
import { piped } from "./start.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

setDefaultTimeout(1_800_000);

/** ATLASBRIDGE_E2E_REPLIES=1000 ATLASBRIDGE_E2E_SESSIONS=20 bun test cmd/e2e/many-sessions.e2e.test.ts */
const replies = Number(Bun.env["ATLASBRIDGE_E2E_REPLIES"] ?? 15);
const sessions = Number(Bun.env["ATLASBRIDGE_E2E_SESSIONS"] ?? 6);
const seed = Number(Bun.env["ATLASBRIDGE_E2E_SEED"] ?? 20_261_130);

const asking = ["red", "green", "blue"] as const;

/** Asks for ever; what it read stands in a file of its own. */
const asks = `n=0; while :; do n=$((n+1)); read -r -p "Which name for $0 number $n? " a || exit
echo "$n=$a" >> "answers.$0"; done`;

const ask = (world: World, id: string, request: OperatorRequest): Promise<OperatorReply> =>
  askSession(
    socketPath(join(world.home, "sockets"), sessionId.parse(id)) ?? "",
    request,
    systemClock,
  );

async function waitingIn(world: World, id: string): Promise<WaitingPrompt | null> {
  const reply = await ask(world, id, { ask: "prompt" });
  return reply.reply === "prompt" ? reply.prompt : null;
}

/** The question that stands there now, once it waits for a person. */
async function nextIn(world: World, id: string, after: string | null): Promise<WaitingPrompt> {
  return await until("the next question waits", async () => {
    const prompt = await waitingIn(world, id);
    return prompt !== null && prompt.prompt_id !== after && prompt;
  });
}

type Step = { of: number; how: "once" | "twice" | "stale" | "elsewhere" | "changed" };

const step: fc.Arbitrary<Step> = fc.record({
  of: fc.nat(asking.length - 1),
  how: fc.constantFrom("once", "once", "twice", "stale", "elsewhere", "changed"),
});

function valueFor({ question }: WaitingPrompt): string {
  const [, name, number] = /for (\w+) number (\d+)/.exec(question.replaceAll(/\s+/g, " ")) ?? [];
  return `${name}-${number}`;
}

test("each reply reaches the prompt it is for, once, or is refused with the reason", async () => {
  await using world = new World();
  endWith(world);
  const ids = new Map<string, string>();
  for (const name of asking) {
    ids.set(name, await detached(world, ["--label", name, "--", "bash", "-c", asks, name]));
  }
  for (let at = asking.length; at < sessions; at += 1) {
    await detached(world, ["--label", `busy${at}`, "--", "sleep", "1000"]);
  }
  const current = new Map<string, WaitingPrompt>();
  for (const [name, id] of ids) current.set(name, await nextIn(world, id, null));
  const from = performance.now();
  const { stdout } = await piped(world, ["prompts", "list", "--json"]);
  const tookMs = performance.now() - from;
  const listed = promptsListView.parse(JSON.parse(stdout)).prompts.map(({ label }) => label);
  expect(listed).toHaveLength(asking.length);
  expect(new Set<string | null>(listed)).toEqual(new Set(asking));
  process.stderr.write(`prompts list of ${sessions} sessions: ${tookMs.toFixed(0)} ms\n`);

  const old = new Map<string, WaitingPrompt>();
  const expected = new Map<string, string[]>(asking.map((name) => [name, []]));
  const give = (name: string, { prompt_id, fingerprint }: WaitingPrompt, value: string) =>
    ask(world, ids.get(name) ?? "", { ask: "reply", prompt_id, fingerprint, value });
  for (const { of, how } of fc.sample(step, { numRuns: replies, seed })) {
    const name = asking[of] ?? "red";
    const prompt = current.get(name);
    if (prompt === undefined) throw new Error("each of them waits");
    const value = valueFor(prompt);
    if (how === "stale") {
      const before = old.get(name);
      if (before === undefined) continue;
      expect(await give(name, before, "stale")).toMatchObject({ reply: "refused" });
      continue;
    }
    if (how === "elsewhere") {
      const other = asking[(of + 1) % asking.length] ?? "red";
      const why = expect.stringContaining("not there");
      expect(await give(other, prompt, "astray")).toEqual({ reply: "refused", why });
      continue;
    }
    if (how === "changed") {
      const changed = { ...prompt, fingerprint: "0".repeat(64) };
      const why = expect.stringContaining("has changed");
      expect(await give(name, changed, "changed")).toEqual({ reply: "refused", why });
      continue;
    }
    const both = how === "twice" ? [value, value] : [value];
    const told = await Promise.all(both.map((one) => give(name, prompt, one)));
    expect(told.map(({ reply }) => reply).toSorted()).toEqual(
      how === "twice" ? ["accepted", "refused"] : ["accepted"],
    );
    expected.get(name)?.push(`${value.split("-")[1]}=${value}`);
    old.set(name, prompt);
    current.set(name, await nextIn(world, ids.get(name) ?? "", prompt.prompt_id));
  }
  for (const [name, lines] of expected) expect(world.lines(`answers.${name}`)).toEqual(lines);
  expect((await piped(world, ["trace", "verify"])).code).toBe(0);
});
