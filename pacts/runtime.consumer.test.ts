/** The runtime of today asks for what its pact says, and does with each reply what it must; older pacts bind it just as well. */
import { beforeAll, describe, expect, test } from "bun:test";
import { problemNames } from "../contracts/problem.ts";
import { productVersion } from "../contracts/version.ts";
import { interactions } from "./interactions.ts";
import { type Made, makePact, pactName } from "./made.ts";
import { replay } from "./older.ts";
import { interactionsOf, keptPacts, keptText } from "./versions.ts";

let made: Made;
beforeAll(async () => {
  made = await makePact();
}, 60_000);

describe("the runtime sends", () => {
  for (const { description, does } of interactions) {
    test(description, () => {
      const { sent, done } = made.exchanges.get(description) ?? {};
      if (sent === undefined || done === undefined) throw new Error("it sent nothing");
      expect(done).toMatchObject(does(sent));
    });
  }

  test("what may be refused with every problem of the closed list", () => {
    const refused = interactions.flatMap(({ description }) =>
      problemNames.filter((name) => description === `entries that are refused: ${name}`),
    );
    expect(refused.toSorted()).toEqual(problemNames.toSorted());
  });
});

test("the pact of today is the one that is kept; to change it on purpose: bun pacts/record.ts", () => {
  const lines = keptText(productVersion, pactName).split("\n");
  const differs = made.text.split("\n").findIndex((line, at) => line !== lines[at]);
  expect({ differs, line: made.text.split("\n")[differs] }).toEqual({
    differs: -1,
    line: undefined,
  });
  expect(made.text.length).toBe(lines.join("\n").length);
});

describe("before a service as it was, the runtime of today does the same:", () => {
  const ours = keptPacts().filter(([, name]) => name === pactName);
  const all = ours.flatMap(([version, name]) =>
    interactionsOf(version, name).map((kept) => [version, kept.description, kept] as const),
  );
  test.each(all)("%s, %s", async (_version, _description, kept) => {
    const replayed = await replay(kept);
    if (replayed === null) return expect(kept.request.path).not.toBe("/v1/traces");
    const { interaction, sent, done } = replayed;
    expect(done).toMatchObject(interaction.does(sent));
  });
});
