/** Takes secrets out of what is about to be recorded: content, and the few fields of metadata that hold text. */
import { limits } from "../../../contracts/limits.ts";
import type { Subject } from "../../../contracts/prompt.ts";
import type { EntryContent, EntryDraft } from "../../../contracts/trace.ts";
import type { Redactor, TextFacts } from "../redact.ts";
import { redactWords } from "./words.ts";

/** Fields of `data` whose text comes from a policy, a tool or an operator. All others are ids, numbers and closed lists. */
const textFields: ReadonlySet<string> = new Set([
  ...["reason", "rule_id", "risk_factors", "evidence", "name", "tool", "action"],
  ...["screen", "announced"],
]);

/** The same drafts without secrets. Ids and hashes stay, so that entries still belong together. */
export function redactDrafts(drafts: readonly EntryDraft[], redactor: Redactor): EntryDraft[] {
  return drafts.map((draft) => {
    const data = Object.fromEntries(
      Object.entries(draft.data).map(([name, value]) => [
        name,
        textFields.has(name) ? eachText(value, redactor.redact) : value,
      ]),
    );
    const content = redactContent(draft, redactor);
    // Texts alone have changed, none of them one that the kind restricts.
    return { ...draft, data, ...(content === undefined ? {} : { content }) } as EntryDraft;
  });
}

function eachText(value: unknown, by: (text: string) => string): unknown {
  if (typeof value === "string") return by(value);
  return Array.isArray(value) ? value.map((one) => eachText(one, by)) : value;
}

function redactContent(draft: EntryDraft, redactor: Redactor): unknown {
  if (draft.content === undefined) return undefined;
  switch (draft.kind) {
    case "prompt.detected":
      return redactPrompt(draft.content, { redactor, cut: draft.data.cut });
    case "session.started": {
      const { command, cwd, label } = draft.content;
      return {
        command: redactWords(command, redactor),
        cwd: redactor.redact(cwd),
        label: label === null ? null : redactor.redact(label),
      };
    }
    // The keychain's name for it, which is not the secret.
    case "decision.made":
      return draft.content;
    default:
      return Object.fromEntries(
        Object.entries(draft.content).map(([name, text]) => [
          name,
          eachText(text, redactor.redact),
        ]),
      );
  }
}

type Cutting = { redactor: Redactor; cut: boolean };

function redactPrompt(
  { question, options, default: preset, subject }: EntryContent["prompt.detected"],
  { redactor, cut }: Cutting,
): EntryContent["prompt.detected"] {
  const labelFacts = (label: string): TextFacts => ({
    cut: { start: false, end: label.length >= limits.optionLabelCharsMax },
  });
  const maybe = (text: string | null): string | null =>
    text === null ? null : redactor.redact(text);
  return {
    // Of a question that is too long, or that begins above the screen, the beginning is missing; of a title the end.
    question: redactor.redact(question, { cut: { start: cut, end: cut } }),
    options: options.map(({ label, key }) => ({
      label: redactor.redact(label, labelFacts(label)),
      key: maybe(key),
    })),
    default: maybe(preset),
    subject: subject === null ? null : redactSubject(subject, { redactor, cut }),
  };
}

function redactSubject({ detail, ...subject }: Subject, { redactor, cut }: Cutting): Subject {
  const facts = { cut: { start: cut, end: cut } };
  const maybe = (text: string | null): string | null =>
    text === null ? null : redactor.redact(text, facts);
  return {
    ...subject,
    command: maybe(subject.command),
    path: maybe(subject.path),
    host: maybe(subject.host),
    ...(detail === undefined ? {} : { detail: redactDetail(detail, redactor) }),
  };
}

/** Kept up to the same length as a question, its beginning. */
function redactDetail(detail: string | null, redactor: Redactor): string | null {
  if (detail === null) return null;
  const end = detail.length >= limits.questionCharsMax;
  return redactor.redact(detail, { cut: { start: false, end } });
}
