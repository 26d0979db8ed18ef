/** The same facts with secrets taken out of every text that came from the terminal or the operator's files. */
import type { ScreenRow } from "../../../runtime/screen/snapshot.ts";
import type { Redactor } from "../../../runtime/trace/redact.ts";
import type { PromptFacts, SessionFacts, ShownScreen } from "./facts.ts";

export function redactedFacts(facts: SessionFacts, redactor: Redactor): SessionFacts {
  const text = (value: string): string => redactor.redact(value);
  const maybe = (value: string | null): string | null => (value === null ? null : text(value));
  const { summary, prompts, end } = facts;
  const { command, cwd, label } = summary;
  // Joined, as it is shown: an option may stand in one word and its secret in the next.
  const line = command === null ? null : [text(command.join(" "))];
  return {
    ...facts,
    summary: { ...summary, command: line, cwd: maybe(cwd), label: maybe(label) },
    prompts: prompts.map((prompt) => redactedPrompt(prompt, { redactor, text, maybe })),
    end: end === null ? null : maskedScreen(end, redactor),
  };
}

type By = {
  redactor: Redactor;
  text: (value: string) => string;
  maybe: (value: string | null) => string | null;
};

function redactedPrompt(facts: PromptFacts, { redactor, text, maybe }: By): PromptFacts {
  const { timeline, options, subject, answer, screen } = facts;
  return {
    ...facts,
    timeline: { ...timeline, question: maybe(timeline.question) },
    options: options.map(({ label, key }) => ({ label: text(label), key })),
    subject:
      subject === null
        ? null
        : {
            ...subject,
            command: maybe(subject.command),
            path: maybe(subject.path),
            host: maybe(subject.host),
          },
    answer: maybe(answer),
    screen: screen === null ? null : maskedScreen(screen, redactor),
  };
}

type Span = { from: number; to: number };

/** Looked at as a whole, since a secret may be wrapped; what is taken out leaves its room, so that nothing moves. */
function maskedScreen({ screen, cols }: ShownScreen, redactor: Redactor): ShownScreen {
  const starts: number[] = [];
  let whole = "";
  for (const { text, wrapped } of screen) {
    if (whole !== "" && !wrapped) whole += "\n";
    starts.push(whole.length);
    whole += text;
  }
  const found = redactor.find(whole, { columns: cols });
  const masked = screen.map((row, index) => {
    const start = starts[index] ?? 0;
    const spans = found
      .map(({ from, to }) => ({ from: from - start, to: to - start }))
      .filter(({ from, to }) => from < row.text.length && to > 0);
    return spans.length === 0 ? row : maskedRow(row, spans);
  });
  return { screen: masked, cols };
}

function maskedRow(row: ScreenRow, spans: readonly Span[]): ScreenRow {
  let at = 0;
  const runs = row.runs.map((run) => {
    const from = at;
    at += run.text.length;
    return { ...run, text: masked(run.text, from, spans) };
  });
  return { ...row, text: masked(row.text, 0, spans), runs };
}

function masked(text: string, from: number, spans: readonly Span[]): string {
  return text.replace(/\S/g, (character, index: number) => {
    const at = from + index;
    return spans.some((span) => at >= span.from && at < span.to) ? "•" : character;
  });
}
