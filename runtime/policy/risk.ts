/** How much a prompt could cost, by fixed rules over its words, kind and confidence. Pure. */
import type { Risk } from "../../contracts/decision.ts";
import type { Prompt, Subject } from "../../contracts/prompt.ts";
import { plainText } from "./pattern.ts";
import { searchedText } from "./searched.ts";

/**
 * Factors are names from this file and never words of the prompt, because they may leave the machine.
 * A factor's weight is added up; the sum gives the level.
 */
type Factor = { name: string; weight: number; pattern: RegExp };

/** Each pattern is linear: no repetition stands within another or beside one that overlaps it. */
const factors: readonly Factor[] = [
  {
    name: "text:wipes-a-disk",
    weight: 8,
    pattern:
      /\bmkfs|\bof=\/dev\/|\bwipefs\b|\bformat (?:the |this )?(?:disk|drive|partition|volume)/,
  },
  {
    name: "text:removes-recursively",
    weight: 4,
    pattern:
      /\brm -[a-z]*(?:r[a-z]*f|f[a-z]*r)|\brm (?:-r|-f|--recursive|--force)\b|\brmdir \/s|remove-item\b/,
  },
  {
    name: "text:root-or-home",
    weight: 4,
    pattern: /\brm (?:-[a-z-]+ )+(?:\/|~|\$home)(?:\*| |\/ |\/\*|$)/m,
  },
  {
    name: "text:drops-data",
    weight: 4,
    pattern: /\bdrop (?:table|database|schema|index|column)\b|\btruncate\b|\bdelete from\b/,
  },
  {
    name: "text:destroys",
    weight: 3,
    pattern:
      /\b(?:delet|destroy|wip|eras|purg|remov|overwrit|discard|uninstall|reset --hard|shred)/,
  },
  {
    name: "text:forces",
    weight: 3,
    pattern: /--force\b|\bforce.push|\bpush (?:-f\b|.{0,100}--force)|--hard\b|--no-verify\b/,
  },
  {
    name: "text:irreversible",
    weight: 3,
    pattern: /cannot be undone|can't be undone|irreversibl|permanent|no way back/,
  },
  { name: "text:production", weight: 3, pattern: /\bprod(?:uction)?\b|\blive (?:site|system)/ },
  { name: "text:elevates", weight: 2, pattern: /\bsudo\b|\bdoas\b|\bas root\b|administrator/ },
  {
    name: "text:runs-download",
    weight: 5,
    pattern: /\b(?:curl|wget)\b[^|\n]{0,500}\|\s?(?:sudo )?\w*sh\b/,
  },
  {
    name: "text:secrets",
    weight: 2,
    pattern: /\bsecret|\btoken\b|api.?key|\bcredential|passphrase|password|\.env\b|id_rsa/,
  },
];

const subjectWeights: Readonly<Record<Subject["type"], number>> = {
  shell: 1,
  file_delete: 3,
  trust_folder: 2,
  mcp: 1,
  fetch: 1,
  file_write: 1,
  file_edit: 0,
  other: 1,
};

export type RiskOf = { risk: Risk; factors: string[] };

/** 0 to 1 low, 2 to 4 medium, 5 to 7 high, 8 and more critical; factors in a fixed order. */
export function classifyRisk(prompt: Prompt): RiskOf {
  const names: string[] = [];
  let sum = 0;
  const add = (name: string, weight: number): void => {
    names.push(name);
    sum += weight;
  };
  const text = plainText(`${prompt.context ?? ""}\n${searchedText(prompt)}`).toLowerCase();
  for (const { name, weight, pattern } of factors) {
    if (pattern.test(text)) add(name, weight);
  }
  if (prompt.subject !== null)
    add(`subject:${prompt.subject.type}`, subjectWeights[prompt.subject.type]);
  if (prompt.kind === "password") add("kind:password", 5);
  if (prompt.kind === "unknown") add("kind:unknown", 2);
  if (prompt.cut) add("prompt:cut", 2);
  if (prompt.confidence === "low") add("confidence:low", 2);
  if (prompt.confidence === "medium") add("confidence:medium", 1);
  return { risk: levelOf(sum), factors: names };
}

function levelOf(sum: number): Risk {
  if (sum >= 8) return "critical";
  if (sum >= 5) return "high";
  return sum >= 2 ? "medium" : "low";
}
