/** The examples that a rule carries: does its match cover what it says, and nothing that it says it does not? Pure. */
import type { Policy, PolicyExample, PolicyRule } from "../../contracts/policy.ts";
import { atLeast, type Prompt, type Subject } from "../../contracts/prompt.ts";
import { readAsked } from "./asked.ts";
import type { Circumstances } from "./circumstances.ts";
import { type CompiledPolicy, compilePolicy, type CompiledRule } from "./compile.ts";
import { type DocumentFault, field, itemsOf, type Located } from "./document.ts";
import { describeSituation, type Facts, matchRule } from "./match.ts";
import { sayOutcome } from "./outcome.ts";
import { pathsToFollow } from "./paths.ts";

/** Any user's home serves: an example that depends on whose it is would say different things to different people. */
const userHome = "/home/user";

/** Every example that comes out otherwise than its list says, at its place in the file. */
export function checkExamples(policy: Policy, root: Located): DocumentFault[] {
  if (policy.rules.every(({ examples }) => examples === undefined)) return [];
  const { extends: _, ...own } = policy;
  const compiled = compilePolicy(own, { hash: "", userHome });
  const places = itemsOf(field(root, "rules"));
  return compiled.rules.flatMap((rule, at) => checkRule(rule, { compiled, place: places[at] }));
}

type Within = { compiled: CompiledPolicy; place: Located | undefined };

function checkRule(compiledRule: CompiledRule, { compiled, place }: Within): DocumentFault[] {
  const { rule } = compiledRule;
  const faults: DocumentFault[] = [];
  for (const list of ["match", "not_match"] as const) {
    const nodes = itemsOf(field(field(place, "examples"), list));
    for (const [at, example] of (rule.examples?.[list] ?? []).entries()) {
      const facts = factsOf(example, rule);
      const outcome = matchRule(compiledRule, describeSituation(facts, compiled));
      if (outcome.result === (list === "match" ? "holds" : "fails")) continue;
      const said =
        outcome.result === "holds" ? "the rule matches it" : sayOutcome({ rule, outcome }, facts);
      const message = `this example of ${list} comes out otherwise: ${said}`;
      faults.push({ at: nodes[at]?.at ?? place?.at ?? 0, message, hint: "change it or the match" });
    }
  }
  return faults;
}

/** What the example leaves out is taken from the rule's own match, so that it is about what it says. */
function factsOf(example: PolicyExample, { match }: PolicyRule): Facts {
  const given = typeof example === "string" ? { question: example } : example;
  const prompt = promptOf(given, match);
  const cwd = given.cwd ?? match.repo ?? userHome;
  const paths = readAsked(prompt, { cwd, userHome }).paths();
  return {
    prompt,
    tool: given.tool_id ?? (match.tool_id === "*" ? "tool" : match.tool_id),
    cwd,
    tag: match.session_tag ?? null,
    ...circumstancesOf(match),
    autoReplies: new Map(),
    recent: { session: 0, lastMinute: 0, samePrompt: 0 },
    // An example is not about the disk of whoever reads it: no path in it is a link.
    real: new Map(pathsToFollow(paths, cwd).map((path) => [path, path])),
  };
}

function circumstancesOf(match: PolicyRule["match"]): Circumstances {
  const trusted = match.workspace_trusted ?? false;
  return {
    state: "waiting",
    environment: match.environment ?? null,
    workspace: { trusted, profile: match.workspace_profile ?? null },
  };
}

type Given = Exclude<PolicyExample, string>;

function promptOf(given: Given, match: PolicyRule["match"]): Prompt {
  const named = match.prompt_type?.find((one) => one !== "*");
  // Examples came with version 2, which has no kind of the chat mode.
  const kind = named === undefined || named === "tool_use" ? "yes_no" : named;
  return {
    kind: given.kind ?? kind,
    question: given.question ?? "Continue?",
    options: (given.options ?? []).map((label) => {
      return { label, key: null, meaning: null, selected: false, checked: null };
    }),
    default: null,
    single_key: false,
    prefilled: null,
    subject: subjectOf(given, match),
    cut: false,
    confidence:
      given.confidence ?? (atLeast(match.max_confidence, "high") ? "high" : match.max_confidence),
    evidence: [],
    fingerprint: "0".repeat(64),
  };
}

function subjectOf(given: Given, match: PolicyRule["match"]): Subject | null {
  const { command = null, path = null, host = null } = given;
  const type = given.subject ?? match.subject?.[0] ?? (command === null ? "other" : "shell");
  const isAbout = given.subject !== undefined || command !== null || path !== null || host !== null;
  return isAbout ? { type, command, path, host } : null;
}
