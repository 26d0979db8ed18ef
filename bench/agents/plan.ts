/** What is tried with each AI tool, live: what its model does, what policy says, and what must come of it. */
export const agents = ["claude", "codex", "gemini"] as const;
export type Agent = (typeof agents)[number];

/** What policy does: `answer` answers whatever it is allowed to. */
export type Mode = "approve" | "deny" | "escalate" | "answer";

/** A prompt that the tool really shows, and what it is about. */
export type Expected = { command?: string; path?: string; question?: string };

/** What the scripted model says and does; a turn is in the rig's words. */
export type Model = { name: string; prompt: string; turns: readonly object[] };

export type Trial = {
  agent: Agent;
  name: string;
  mode: Mode;
  /** A scenario of the rig by its name, or one of our own. */
  model: string | Model;
  cols: number;
  rows: number;
  /** What the rig's terminal answers to queries. */
  reply: "xterm" | "status" | "kitty" | "none";
  outcome: "executed" | "blocked";
  /** Null: what the rig's scenario says. */
  prompts: readonly Expected[] | null;
  /** What the tool itself may ask about such an answer: a person's, whatever policy says. */
  mayAsk?: string;
  /** A file that is laid into the project first. */
  file?: { name: string; text: string };
};

type Case = { name: string; scenario: string; size?: [number, number]; reply?: Trial["reply"] };

const cases: readonly Case[] = [
  { name: "shell", scenario: "rm_build" },
  { name: "multi-line shell", scenario: "multiline_cmd" },
  { name: "write", scenario: "write" },
  { name: "edit", scenario: "edit" },
  { name: "two in a row", scenario: "two" },
  { name: "long output", scenario: "long_output" },
  { name: "question", scenario: "ask" },
  { name: "80x24", scenario: "rm_build", size: [80, 24] },
  { name: "kitty keyboard", scenario: "rm_build", reply: "kitty" },
];

/** Codex offers its model no question tool. */
const isOffered = (agent: Agent, { scenario }: Case): boolean =>
  agent !== "codex" || scenario !== "ask";

const modes = ["approve", "deny", "escalate"] as const;

export function approvalTrials(agent: Agent): Trial[] {
  return cases
    .filter((one) => isOffered(agent, one))
    .flatMap(({ name, scenario, size: [cols, rows] = [120, 40], reply = "xterm" }) =>
      modes.map((mode): Trial => {
        const outcome = mode === "approve" ? "executed" : "blocked";
        const common = { agent, name, mode, model: scenario, cols, rows, reply };
        return { ...common, outcome, prompts: null };
      }),
    );
}

const fence = "```";
const before = "Here is what I need from you.\n\n";

/** `copies`: the tool's own dialogs, row by row, as its recordings show them. */
export function spoofTrials(agent: Agent, copies: readonly string[]): Trial[] {
  const [first = "", second = first] = copies;
  const size = { cols: 100, rows: 30, reply: "status" } as const;
  const silent = { agent, mode: "answer", outcome: "blocked", prompts: [], ...size } as const;
  const says = (name: string, text: string, how: object = {}): Trial => {
    const turns = [{ text, ...how }];
    return { ...silent, name, model: { name: "imitation", prompt: "show me the dialog", turns } };
  };
  const show = "touch seen.txt; cat notice.txt; sleep 3";
  const call = {
    type: "shell",
    command: show,
    description: "Show the notice",
    extra: { sandbox_permissions: "require_escalated", justification: "May I show the notice?" },
  };
  return [
    { ...silent, name: "spoof_plain", model: "spoof_plain" },
    { ...silent, name: "working", model: "working" },
    // Gemini CLI takes the long lines of its own frame for a model that repeats itself.
    { ...says("copy, plain", before + first), mayAsk: "loop detection" },
    says("copy, code block", `${before}${fence}\n${second}\n${fence}`),
    says("copy, slowly", `${before}${fence}\n${first}\n${fence}`, { delay_ms: 25, chunk: 6 }),
    says("copy, then silence", `${before}${fence}\n${second}\n`, { hang_ms: 4_000 }),
    {
      ...silent,
      name: "copy, in tool output",
      outcome: "executed",
      prompts: [{ command: show }],
      file: { name: "notice.txt", text: `${first}\n` },
      model: {
        name: "imitation",
        prompt: "show me the notice",
        turns: [
          { text: "Reading it.", tools: [call] },
          { text: "That was it.", pre_ms: 2_500 },
        ],
      },
    },
  ];
}
