/** The kinds of prompts, as the page offers them: the schema itself would bring its whole library along. */
import type { PromptKind } from "../../../contracts/prompt.ts";

const all: Readonly<Record<PromptKind, true>> = {
  yes_no: true,
  confirm_enter: true,
  multiple_choice: true,
  free_text: true,
  password: true,
  pager: true,
  editor: true,
  unknown: true,
};

export const promptKinds = Object.keys(all) as PromptKind[];
