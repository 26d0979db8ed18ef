/** The text of a prompt that rules and risk look at. Pure. */
import type { Prompt } from "../../contracts/prompt.ts";

/** What `contains` looks at: the question and, for approvals, the command and the path; one per line. */
export function searchedText({ question, subject }: Prompt): string {
  if (subject === null) return question;
  const parts = [question, subject.command, subject.path];
  return parts.filter((part) => part !== null && part !== "").join("\n");
}
