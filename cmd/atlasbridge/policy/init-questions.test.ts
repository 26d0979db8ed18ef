/** Init's questions take a number or Enter, ask again, and write nothing for somebody who stops. */
import { expect, test } from "bun:test";
import { policyFrom } from "../../../runtime/policy/presets/answers.ts";
import { policyByAsking } from "./init-questions.ts";

function person(...lines: (string | null)[]) {
  const asked: string[] = [];
  const ask = async (question: string): Promise<string | null> => {
    asked.push(question);
    return lines.shift() ?? null;
  };
  return { asked, ask };
}

test("three answers make a policy, and Enter takes the first of each", async () => {
  const { asked, ask } = person("", "", "");
  expect(await policyByAsking(ask)).toBe(
    policyFrom({ scope: "press-enter", mode: "full", rest: "require_human" }),
  );
  expect(asked).toHaveLength(3);
  expect(asked[0]).toEndWith("\n[1] ");
});

test("a number chooses, and what is none is asked again", async () => {
  const { asked, ask } = person("7", "2", "yes", "2", "2");
  expect(await policyByAsking(ask)).toBe(
    policyFrom({ scope: "safe-work", mode: "assist", rest: "deny" }),
  );
  expect(asked).toHaveLength(5);
});

test("who lets policy answer nothing is not asked how", async () => {
  const { asked, ask } = person("3", "1");
  await policyByAsking(ask);
  expect(asked).toHaveLength(2);
});

test("who stops, or never answers, gets no policy", async () => {
  for (const lines of [[null], ["", null], ["x", "x", "x", "1"]]) {
    const failed = policyByAsking(person(...lines).ask).catch((error: unknown) => error);
    expect(await failed).toMatchObject({ code: "usage" });
  }
});
