/** The tools whose screens are known. A new tool is a folder beside this file and a line here. */
import { claude } from "./claude/rules.ts";
import { codex } from "./codex/rules.ts";
import { gemini } from "./gemini/rules.ts";
import type { ToolRules } from "./rules.ts";

export const tools: readonly ToolRules[] = [claude, codex, gemini];
