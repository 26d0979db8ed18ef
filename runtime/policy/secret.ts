/** Rules that name a secret of the keychain: what they must say, and when they may have it typed. Pure. */
import type { PolicyRule } from "../../contracts/policy.ts";
import type { Prompt } from "../../contracts/prompt.ts";
import { type DocumentFault, field, itemsOf, type Located, textOf } from "./document.ts";

/** Such a rule must say whose passwords it is for, and be for nothing else. */
export function checkSecret(rule: Located): DocumentFault[] {
  const secret = field(field(rule, "action"), "secret");
  if (secret === undefined) return [];
  const match = field(rule, "match");
  const faults: DocumentFault[] = [];
  const tool = textOf(field(match, "tool_id")) ?? "*";
  if (tool === "*") {
    const message = "a rule with a secret must say which tool may have it";
    faults.push({ at: secret.at, message, hint: "add tool_id to match, such as tool_id: ssh" });
  }
  const kinds = itemsOf(field(match, "prompt_type")).map(textOf);
  if (kinds.length === 0 || kinds.some((kind) => kind !== "password")) {
    const message = "a secret goes into passwords alone";
    faults.push({ at: secret.at, message, hint: "write prompt_type: [password] in match" });
  }
  return faults;
}

/** A password that was refused is asked for again: the same one twice can lock an account. */
const repliesDefault = 1;

/** How often a rule may answer in one session. */
export function repliesMax({ action, max_auto_replies: most }: PolicyRule): number {
  const names = action.type === "auto_reply" && action.secret !== undefined;
  return most ?? (names ? repliesDefault : Number.POSITIVE_INFINITY);
}

/** Why a password may not be answered by this rule, as the end of a sentence; null when it may. */
export function objectToSecret({ action, match }: PolicyRule, prompt: Prompt): string | null {
  const secret = action.type === "auto_reply" ? action.secret : undefined;
  if (secret === undefined) {
    return prompt.kind === "password" ? "secrets are only ever typed by a person" : null;
  }
  // The file was checked for these; a policy that came another way was not.
  if (match.tool_id === "*") return "it does not say which tool may have the secret";
  if (prompt.kind !== "password") return "a secret goes into passwords alone";
  if (prompt.confidence !== "high" || prompt.evidence[0] !== "kernel:read") {
    return "the kernel does not prove that the tool waits for the secret";
  }
  // Asked for with echo, it would stand on the screen and in every recording of it.
  if (!prompt.evidence.includes("termios:hidden"))
    return "the secret would be shown as it is typed";
  return prompt.cut ? "the prompt is not wholly visible" : null;
}
