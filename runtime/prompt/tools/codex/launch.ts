/** How Codex is started so that it asks: whatever its sandbox allows it does unasked, so the sandbox only reads. */
import type { LaunchProfile } from "../rules.ts";

export const codexLaunch: LaunchProfile = {
  tool: "codex",
  add: [
    { words: ["--ask-for-approval", "on-request"], unless: ["--ask-for-approval", "-a"] },
    { words: ["--sandbox", "read-only"], unless: ["--sandbox", "-s"] },
  ],
  never: [
    { flag: "--dangerously-bypass-approvals-and-sandbox" },
    { flag: "--yolo" },
    { flag: "--full-auto" },
    { flag: "--approve-for-me" },
    { flag: "--ask-for-approval", value: /^never$/ },
    { flag: "-a", value: /^never$/ },
    { flag: "--sandbox", value: /^(?:workspace-write|danger-full-access)$/ },
    { flag: "-s", value: /^(?:workspace-write|danger-full-access)$/ },
    { flag: "-c", value: /^approval_policy\s*=\s*"?never"?$/ },
    { flag: "--config", value: /^approval_policy\s*=\s*"?never"?$/ },
  ],
  commands: [
    ..."exec e review login logout mcp plugin app-server remote-control completion update doctor".split(
      " ",
    ),
    ..."sandbox debug apply a queue archive delete migrate-rollouts migrate-nfs-db unarchive".split(
      " ",
    ),
    ..."cloud exec-server features help".split(" "),
  ],
  aside: ["-h", "--help", "-V", "--version"],
};
