/** The narrowest rule that answers a prompt of the past again: its tool, its words or command, its folder, little risk. Pure. */
import { limits } from "../../contracts/limits.ts";
import {
  commandPattern,
  type PolicyAction,
  type PolicyExample,
  type PolicyRule,
  policyRule,
} from "../../contracts/policy.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import type { PastPrompt } from "./history.ts";

export type RuleOptions = {
  reply: string;
  /** Where it was asked. */
  folders: readonly string[];
  /** Taken already; the new one is added. */
  ids: Set<string>;
};

/** Null where the language cannot say just that. */
export function ruleFor(past: PastPrompt, options: RuleOptions): PolicyRule | null {
  const { prompt, session } = past;
  if (prompt === null) return null;
  const about = aboutOf(prompt);
  const action = actionFor(options.reply, prompt);
  if (about === null || action === null) return null;
  const folder = commonFolder(options.folders);
  const parsed = policyRule.safeParse({
    id: freeId(about.name, options.ids),
    match: {
      tool_id: session.tool,
      prompt_type: [prompt.kind],
      ...about.match,
      min_confidence: "high",
      ...(folder === null ? {} : { repo: folder }),
      risk: ["low", "medium"],
    },
    action,
    examples: { match: [about.example], not_match: about.others },
  });
  return parsed.success ? parsed.data : null;
}

type About = {
  name: string;
  match: object;
  example: PolicyExample;
  others: PolicyExample[];
};

function aboutOf({ question, subject }: Prompt): About | null {
  const asked = question.replace(/\s+/g, " ").trim();
  if (subject === null) {
    if (asked === "" || asked.length > limits.patternCharsMax) return null;
    return {
      name: asked,
      match: { contains: asked },
      example: { question: asked },
      others: [{ question: "Is this something else?" }],
    };
  }
  const { type, command } = subject;
  // Elsewhere what is approved is hardly ever the same twice.
  if (type !== "shell" || command === null) return null;
  const pattern = commandPattern.safeParse(command.trim());
  if (!pattern.success || typeof pattern.data !== "string" || pattern.data.includes("*"))
    return null;
  return {
    name: pattern.data,
    match: { subject: ["shell"], command: [pattern.data] },
    example: { command: pattern.data },
    others: [{ command: `${pattern.data} && touch x` }],
  };
}

function actionFor(reply: string, { subject, options }: Prompt): PolicyAction | null {
  if (subject !== null && reply === "n") return { type: "deny" };
  if (subject !== null && reply === "y") return { type: "auto_reply", reply: "approve_once" };
  if (reply === "y" || reply === "n" || reply === "\n") return { type: "auto_reply", value: reply };
  const isOption = options.some(({ label }) => label === reply);
  return isOption ? { type: "auto_reply", reply: { option: reply } } : null;
}

/** The one folder, or the one that all lie in; null where that is none in particular. */
function commonFolder(folders: readonly string[]): string | null {
  const [first = "", ...rest] = folders.map((folder) => folder.split("/"));
  if (first === "") return null;
  let length = first.length;
  for (const other of rest) {
    const differs = other.findIndex((part, at) => part !== first[at]);
    length = Math.min(length, differs < 0 ? other.length : differs);
  }
  // `/home/ada` and the like say nothing of a project.
  return length < (rest.length === 0 ? 2 : 4) ? null : first.slice(0, length).join("/");
}

function freeId(name: string, ids: Set<string>): string {
  const words = name
    .toLowerCase()
    .replace(/[[(].*?[\])]/g, " ")
    .match(/[a-z0-9]+/g) ?? ["asked"];
  const start = `always-${words.slice(0, 6).join("-")}`.slice(0, limits.ruleIdCharsMax - 4);
  for (let n = 1; ; n += 1) {
    const id = n === 1 ? start : `${start}-${n}`;
    if (ids.has(id)) continue;
    ids.add(id);
    return id;
  }
}
