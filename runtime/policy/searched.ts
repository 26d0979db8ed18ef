/** The text of a prompt that rules and risk look at. Pure. */
import type { Prompt } from "../../contracts/prompt.ts";

/** What `contains` looks at: the question and, for approvals, the command and the path; one per line. */
export function searchedText({ question, subject }: Prompt): string {
  if (subject === null) return question;
  const { command, path } = subject;
  return withLine(withLine(question, command), path);
}

function withLine(above: string, line: string | null): string {
  if (line === null || line === "") return above;
  return above === "" ? line : `${above}\n${line}`;
}
