/** How Claude Code is started so that it asks; by itself it starts in a mode that mostly does not. */
import type { LaunchProfile } from "../rules.ts";

export const claudeLaunch: LaunchProfile = {
  tool: "claude",
  add: [{ words: ["--permission-mode", "manual"], unless: ["--permission-mode"] }],
  never: [
    { flag: "--dangerously-skip-permissions" },
    { flag: "--permission-mode", value: /^(?:acceptEdits|auto|bypassPermissions|dontAsk)$/i },
  ],
  commands: [
    ..."agents attach auth auto-mode config doctor fix gateway import install logs mcp migrate-installer".split(
      " ",
    ),
    ..."plugin plugins purge respawn rm sessions setup-token stop kill update upgrade".split(" "),
  ],
  aside: ["-p", "--print", "-h", "--help", "-v", "--version"],
};
