/** One made-up situation in which a policy may be asked: small, plain data that can be changed field by field. Pure. */
import type { Confidence, Prompt, PromptKind, Subject } from "../../../contracts/prompt.ts";
import { readAsked } from "../asked.ts";
import type { Facts } from "../match.ts";
import { pathsToFollow } from "../paths.ts";

export type Ask = {
  tool: string;
  cwd: string;
  tag: string | null;
  environment: string | null;
  trusted: boolean;
  profile: string | null;
  kind: PromptKind;
  confidence: Confidence;
  question: string;
  /** What stands above the question. */
  context: string;
  /** Labels. */
  options: readonly string[];
  subject: Subject | null;
  cut: boolean;
  /** Replies that were given already: by rule, in the session, within the minute, to the same prompt. */
  replied: Readonly<Record<string, number>>;
  recent: Facts["recent"];
};

/** Nobody's home in particular: policies are compared for whoever runs them. */
export const someHome = "/home/user";

/** A plain question about nothing. */
export const plainAsk: Ask = {
  tool: "tool",
  cwd: `${someHome}/project`,
  tag: null,
  environment: null,
  trusted: false,
  profile: null,
  kind: "yes_no",
  confidence: "high",
  question: "Continue?",
  context: "",
  options: [],
  subject: null,
  cut: false,
  replied: {},
  recent: { session: 0, lastMinute: 0, samePrompt: 0 },
};

export function shellAsk(command: string): Subject {
  return { type: "shell", command, path: null, host: null };
}

/** On a disk without links, where every path leads where it says. */
export function factsOf(ask: Ask): Facts {
  const prompt = promptOf(ask);
  const { tool, cwd, tag, environment, trusted, profile, recent } = ask;
  const paths = ask.subject === null ? [] : readAsked(prompt, { cwd, userHome: someHome }).paths();
  return {
    prompt,
    tool,
    cwd,
    tag,
    environment,
    state: "waiting",
    workspace: { trusted, profile },
    autoReplies: new Map(Object.entries(ask.replied)),
    recent,
    real: new Map(pathsToFollow(paths, cwd).map((path) => [path, path])),
  };
}

function promptOf({ kind, confidence, question, context, options, subject, cut }: Ask): Prompt {
  return {
    kind,
    question,
    options: options.map((label) => ({
      label,
      key: null,
      meaning: label === "Yes" ? "yes" : label === "No" ? "no" : null,
      selected: false,
      checked: null,
    })),
    default: null,
    single_key: false,
    prefilled: null,
    subject,
    context,
    cut,
    confidence,
    // As secrets are asked for where one may be typed; elsewhere it makes no difference.
    evidence: ["kernel:read", "termios:hidden"],
    fingerprint: "0".repeat(64),
  };
}

/** What of it is not plain: what a person has to know of it. */
export function unusual(ask: Ask): Partial<Ask> {
  const names = Object.keys(plainAsk) as (keyof Ask)[];
  const differs = (name: keyof Ask): boolean =>
    JSON.stringify(ask[name]) !== JSON.stringify(plainAsk[name]);
  return Object.fromEntries(names.filter(differs).map((name) => [name, ask[name]]));
}

/** The less, the easier to understand; what stands above a question is the last thing that one thinks of. */
export function sizeOf(ask: Ask): number {
  const { context = "", ...rest } = unusual(ask);
  const fields = Object.keys(rest).length * fieldSize;
  return JSON.stringify(rest).length + fields + (context === "" ? 0 : context.length + 100);
}

const fieldSize = 10;
