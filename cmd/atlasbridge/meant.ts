/** What somebody means who names a command that is none: words of other programs, and tools that were to be governed. Pure. */

/** Beyond misspellings, which the parser sees by itself. */
const words: Readonly<Record<string, string>> = {
  ...{ claude: "run -- claude", codex: "run -- codex", gemini: "run -- gemini" },
  ...{ start: "run -- CMD", exec: "run -- CMD", govern: "run -- CMD", launch: "run -- CMD" },
  ...{ ps: "sessions list", ls: "sessions list", list: "sessions list", status: "sessions list" },
  ...{ history: "sessions list", session: "sessions list", top: "sessions list" },
  ...{ replay: "sessions replay ID", show: "sessions show ID", export: "sessions export ID" },
  ...{ reply: "prompts reply ID VALUE", answer: "prompts reply ID VALUE", prompt: "prompts list" },
  ...{ approve: "prompts reply ID y", deny: "prompts deny ID", pending: "prompts list" },
  ...{ pause: "autopilot pause", resume: "autopilot resume", stop: "autopilot pause" },
  ...{ log: "trace tail", logs: "trace tail", tail: "trace tail", audit: "trace tail" },
  ...{ verify: "trace verify", prove: "trace prove SEQ", archive: "trace archive" },
  ...{
    init: "policy init",
    setup: "policy init",
    rules: "policy show",
    simulate: "policy simulate",
  },
  ...{ settings: "config list", set: "config set KEY VALUE", get: "config get KEY" },
  ...{ check: "doctor", test: "doctor --canary", health: "doctor", diagnose: "doctor" },
  ...{ login: "cloud enroll", enroll: "cloud enroll", sync: "cloud sync", upload: "cloud sync" },
  ...{ webhook: "notify add", slack: "notify add", notifications: "notify list" },
  ...{ secret: "secrets list", password: "secrets set NAME", trust: "workspace trust" },
  ...{ completions: "completion", ui: "dashboard", web: "dashboard", gui: "dashboard" },
};

type Given = {
  name: string;
  /** Whether a program of that name could be run here. */
  isProgram: (name: string) => boolean;
};

/** The command line to say instead, without `atlasbridge` before it; null where nothing is known. */
export function meantBy({ name, isProgram }: Given): string | null {
  if (Object.hasOwn(words, name)) return words[name] ?? null;
  if (isProgram(name)) return `run -- ${name}`;
  const near = Object.keys(words).find((word) => isNear(name, word));
  return near === undefined ? null : (words[near] ?? null);
}

/** In shorter words a letter makes another word. */
const misspelledFrom = 4;

/** One letter more, less or other, or two that changed places. */
function isNear(a: string, b: string): boolean {
  if (Math.min(a.length, b.length) < misspelledFrom) return false;
  let from = 0;
  while (from < a.length && a[from] === b[from]) from += 1;
  let end = 0;
  const most = Math.min(a.length, b.length) - from;
  while (end < most && a.at(-1 - end) === b.at(-1 - end)) end += 1;
  const [mine, theirs] = [a.slice(from, a.length - end), b.slice(from, b.length - end)];
  if (mine.length <= 1 && theirs.length <= 1) return true;
  return mine.length === 2 && theirs === `${mine[1]}${mine[0]}`;
}
