/** Another policy over the past: counts and brakes as they would have stood, and nothing guessed. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { ReplyCount } from "../session/replies.ts";
import { compilePolicy, type CompiledPolicy } from "./compile.ts";
import { decide } from "./decide.ts";
import type { PastPrompt } from "./history.ts";
import { parsePolicy } from "./parse.ts";
import { answeredBy, pastPrompt, replayOptions, toEvents } from "./past.example.ts";
import { replay, type Replayed } from "./replay.ts";
import { simulate } from "./simulate.ts";
import { someFacts, somePolicy, userHome } from "./testing.ts";

const hash = "b".repeat(64);
const counter = (now: () => number) => new ReplyCount({ monotonicMs: now });

function compiled(text: string): CompiledPolicy {
  const parsed = parsePolicy(`policy_version: "2"\n${text}`, "p.yaml");
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return compilePolicy(parsed.policy, { hash, userHome });
}

function replayed(policy: CompiledPolicy, prompts: readonly PastPrompt[]): Replayed[] {
  return [...replay(toEvents(prompts), replayOptions(policy, counter))];
}

const simulated = (policy: CompiledPolicy, prompts: readonly PastPrompt[]) =>
  simulate(replayed(policy, prompts), { hash, changesMax: 10 });

const yes = 'rules:\n  - {id: yes, match: {}, action: {type: auto_reply, value: "y"}';

describe("a simulation", () => {
  test("tells what would have been answered, in sum, in groups and by prompt", () => {
    const prompts = [0, 1, 2].map((nth) => pastPrompt({ nth, inSession: nth }));
    expect(simulated(compiled(`${yes}}`), prompts)).toMatchObject({
      prompts: 3,
      sessions: 3,
      changed: 3,
      same: 0,
      table: [{ was: "asks", now: "answers", count: 3 }],
      groups: [{ count: 3, was: { rule_id: null }, now: { effect: "answers", rule_id: "yes" } }],
      changes: [{}, {}, {}],
    });
  });

  test("counts replies per session, and says which were held back by it", () => {
    const prompts = [0, 1, 2, 3].map((nth) => pastPrompt({ nth, inSession: nth < 3 ? 0 : 1 }));
    const result = simulated(compiled(`${yes}, max_auto_replies: 2}`), prompts);
    expect(result).toMatchObject({ changed: 3, same: 1, heldBack: 1 });
  });

  test("holds the brakes per minute against the times in the trace", () => {
    const policy = compiled(`brakes: {replies_per_minute: 2}\n${yes}}`);
    const at = (nth: number) => pastPrompt({ nth });
    expect(simulated(policy, [at(0), at(1), at(2)])).toMatchObject({ changed: 2, heldBack: 1 });
    expect(simulated(policy, [at(0), at(1), at(62)])).toMatchObject({ changed: 3, heldBack: 0 });
  });

  test("does not count, nor promise, a reply that something else than policy had held back", () => {
    const withheld = {
      ...answeredBy("old"),
      typed: null,
      escalated: true,
      outcome: "person",
    } as const;
    const result = simulated(compiled(`${yes}, max_auto_replies: 1}`), [
      pastPrompt(withheld),
      pastPrompt({ nth: 1 }),
    ]);
    expect(result.table).toEqual([
      { was: "asks", now: "asks", count: 1 },
      { was: "asks", now: "answers", count: 1 },
    ]);
  });

  test("guesses nothing where there is no content, and keeps what policy was never asked", () => {
    const result = simulated(compiled(`${yes}}`), [
      pastPrompt({ prompt: null }),
      pastPrompt({ nth: 1, decision: null }),
      pastPrompt({ nth: 2, session: { ...pastPrompt().session, cwd: null } }),
    ]);
    expect(result).toMatchObject({ changed: 0, same: 0, noContent: 2, notAsked: 1 });
  });

  test("goes by the policy's mode: what would be typed in full is suggested in assist", () => {
    const prompts = [pastPrompt(answeredBy("yes"))];
    const under = (mode: string) =>
      simulated(compiled(`autonomy_mode: ${mode}\n${yes}}`), prompts).table[0]?.now;
    expect(["off", "assist", "full"].map(under)).toEqual(["asks", "suggests", "answers"]);
  });

  test("lists no more changes than it was asked for, and counts them all", () => {
    const prompts = Array.from({ length: 25 }, (_, nth) => pastPrompt({ nth }));
    const result = simulated(compiled(`${yes}}`), prompts);
    expect([result.changes.length, result.changed]).toEqual([10, 25]);
  });
});

test("a policy's own history comes out again exactly as it happened", () => {
  let answered = 0;
  const property = fc.property(somePolicy("2"), fc.array(someFacts), (policy, situations) => {
    const running = compilePolicy(policy, { hash, userHome });
    let now = 0;
    const count = counter(() => now);
    const look = { real: new Map<string, string>(), workspace: { trusted: false, profile: null } };
    const prompts = situations.map((facts, nth) => {
      // Two sessions' worth of time between some of them, so that the minute's brakes let go.
      const past = pastPrompt({ nth: nth * 17, prompt: facts.prompt });
      now = past.at;
      const { fingerprint } = facts.prompt;
      const decision = decide(
        {
          ...facts,
          ...look,
          cwd: "/home/ada/src",
          tool: "claude",
          tag: null,
          environment: null,
          autoReplies: count.byRule,
          recent: count.recent(fingerprint),
        },
        running,
      );
      const types = decision.action === "auto_reply" || decision.action === "deny";
      if (decision.action === "auto_reply") {
        count.add(decision.rule_id ?? "", fingerprint);
        answered += 1;
      }
      return {
        ...past,
        decision: { ...decision, prompt_id: past.id, duration_us: 1, at: past.at },
        typed: types ? ({ at: past.at, by: "policy" } as const) : null,
        outcome: types ? ("answered" as const) : ("person" as const),
      };
    });
    const result = simulated(running, prompts);
    expect(result).toMatchObject({ changed: 0, otherRule: 0, same: prompts.length });
    expect(result.ownHash).toEqual({ prompts: prompts.length, same: prompts.length });
  });
  fc.assert(property, { numRuns: 1_500 });
  expect(answered).toBeGreaterThan(100);
});
