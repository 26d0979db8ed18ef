/** The parts that decide, each with the tests that must notice a change in it. */

/** Paths from the root; a test path may be a folder. */
export type Part = { files: readonly string[]; tests: readonly string[] };

/** What is read of a screen; each reads many screens in little time. */
const readings = [
  "detect",
  "variety",
  "line-details",
  "marks",
  "languages",
  "patterns",
  "field-default",
  "keys-in-words",
  "key-list",
  "foot-keys",
  "grants",
  "set-off-list",
  "overlay",
  "secrets",
  "secret-prompt",
  "at-work",
  "context",
  "rest",
].map((name) => `runtime/prompt/${name}.test.ts`);

export const parts: Readonly<Record<string, Part>> = {
  chain: {
    files: ["contracts/chain.ts", "contracts/canonical.ts"],
    tests: ["contracts/chain.test.ts", "contracts/canonical.test.ts"],
  },
  merkle: {
    files: ["contracts/merkle.ts", "contracts/merkle-part.ts"],
    tests: ["contracts/merkle.test.ts", "contracts/session-proof.test.ts"],
  },
  // The table of who may call what (`cloud/roles.ts`) has nothing that Stryker breaks; a walk of the router proves it.
  roles: { files: ["contracts/roles.ts"], tests: ["contracts/roles.test.ts"] },
  ingest: {
    files: ["cloud/ingest/plan.ts", "cloud/ingest/check.ts"],
    tests: ["cloud/ingest/plan.test.ts", "cloud/ingest/check.test.ts"],
  },
  keystrokes: {
    files: ["runtime/inject/keystrokes.ts", "runtime/inject/menu.ts"],
    tests: ["runtime/inject/keystrokes.test.ts", "runtime/inject/menu.test.ts"],
  },
  step: {
    files: ["runtime/session/step.ts"],
    tests: [
      ...["runtime/session/step.test.ts", "runtime/session/step-enter.test.ts"],
      ...["runtime/session/step-table.test.ts", "runtime/session/step.fuzz.test.ts"],
    ],
  },
  trace: {
    files: ["runtime/trace/verify.ts"],
    tests: [
      ...["runtime/trace/verify.test.ts", "runtime/trace/verify-file.test.ts"],
      "runtime/trace/signed.test.ts",
    ],
  },
  story: {
    files: ["runtime/trace/row-check.ts", "runtime/trace/story.ts"],
    tests: ["runtime/trace/row-check.test.ts", "runtime/trace/story.test.ts"],
  },
  decide: {
    files: ["runtime/policy/decide.ts", "runtime/policy/match.ts", "runtime/policy/brakes.ts"],
    tests: [
      ...["runtime/policy/outcomes.test.ts", "runtime/policy/brakes.test.ts"],
      ...["runtime/policy/decide.test.ts", "runtime/policy/blocks.test.ts"],
      ...["runtime/policy/circumstances.test.ts", "runtime/policy/lookalike.test.ts"],
      ...["runtime/policy/secret.test.ts", "runtime/policy/subjects.test.ts"],
    ],
  },
  waiting: { files: ["runtime/prompt/waiting.ts"], tests: ["runtime/prompt/waiting.test.ts"] },
  patterns: { files: ["runtime/prompt/patterns.ts"], tests: ["runtime/prompt/patterns.test.ts"] },
  lines: { files: ["runtime/prompt/line-prompt.ts"], tests: readings },
  lists: { files: ["runtime/prompt/list-prompt.ts"], tests: readings },
  detection: {
    files: ["runtime/prompt/detect.ts"],
    tests: ["runtime/prompt/sureness.test.ts", ...readings, "runtime/prompt/tools/"],
  },
};
