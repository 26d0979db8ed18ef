/** How Gemini CLI is started so that it asks, whatever its settings say. */
import type { LaunchProfile } from "../rules.ts";

export const geminiLaunch: LaunchProfile = {
  tool: "gemini",
  add: [{ words: ["--approval-mode", "default"], unless: ["--approval-mode"] }],
  never: [
    { flag: "--yolo" },
    { flag: "-y" },
    { flag: "--approval-mode", value: /^(?:auto_edit|yolo)$/ },
    { flag: "--allowed-tools" },
  ],
  commands: ["mcp", "extensions", "extension", "skills", "skill", "hooks", "hook", "gemma"],
  aside: [
    ..."-p --prompt -h --help -v --version -l --list-extensions --list-sessions".split(" "),
    ..."--delete-session --acp --experimental-acp".split(" "),
  ],
};
