/** Claude Code: its dialogs, its announcements, its footers. */
import type { ToolRules } from "../rules.ts";

const dashes = /^\s*[╌┄┈-]{16,}\s*$/u;
const rule = "─".repeat(40);
const dashed = "╌".repeat(40);
const choices = "❯ 1. Yes\n  2. No\n\nEsc to cancel";

export const claude: ToolRules = {
  tool: "claude",
  versions: ["2.1"],
  packages: ["@anthropic-ai/claude-code"],
  apps: ["claude-code", "claude"],
  edge: "rule",
  // `✳` is shown both idle and asking: it tells nothing.
  titles: [{ pattern: /^[◐◑◒◓⠁-⣿]\s/u, state: "working" }],
  modes: [
    {
      pattern: /⏸\s+(?:manual|plan) mode on/u,
      asks: "yes",
      example: "⏸ manual mode on · ? for shortcuts",
    },
    {
      pattern:
        /⏵⏵?\s+(?:accept edits|auto mode|bypass permissions|don't ask) on|\b(?:auto mode|accept edits|bypass permissions) on\b/iu,
      asks: "no",
      example: "⏵⏵ accept edits on (shift+tab to cycle)",
    },
  ],
  dialogs: [
    {
      id: "shell",
      heading: /^\s*(?:Bash|Shell|PowerShell|Monitor) command\b/,
      foot: /^Do you want to proceed\?$/,
      subject: { type: "shell", command: { between: dashes } },
      announced: "always",
      example: `${rule}\n Bash command\n Remove the build\n${dashed}\n rm -rf ./build\n${dashed}\n Do you want to proceed?\n ${choices}`,
      counterExample: `● Bash command\n  rm -rf ./build\n Do you want to proceed?\n ${choices}`,
    },
    {
      id: "edit",
      heading: /^\s*(?:Edit|Update) (?:file|notebook)\b/,
      subject: {
        type: "file_edit",
        path: { below: "heading" },
        detail: { between: dashes },
      },
      announced: "always",
      example: `${rule}\n Edit file\n src/app.py\n${dashed}\n 2 -  old\n 2 +  new\n${dashed}\n Do you want to make this edit to app.py?\n ${choices}`,
      counterExample: `● Edit file\n  src/app.py\n Do you want to make this edit to app.py?\n ${choices}`,
    },
    {
      id: "write",
      heading: /^\s*(?:Create|Write|Overwrite) (?:to )?file\b/,
      subject: {
        type: "file_write",
        path: { below: "heading" },
        detail: { between: dashes },
      },
      announced: "always",
      example: `${rule}\n Create file\n notes.txt\n${dashed}\n  1 line one\n${dashed}\n Do you want to create notes.txt?\n ${choices}`,
      counterExample: `● Create file\n  notes.txt\n Do you want to create notes.txt?\n ${choices}`,
    },
    {
      id: "fetch",
      heading: /^\s*(?:Web ?)?Fetch\b|^\s*Web ?Search\b/i,
      subject: {
        type: "fetch",
        command: { row: /(https?:\/\/\S+)/ },
        host: { row: /(https?:\/\/\S+)/ },
      },
      announced: "always",
      example: `${rule}\n Fetch\n\n   https://example.org/page\n   Claude wants to fetch content from example.org\n\n Do you want to allow Claude to fetch this content?\n ${choices}`,
      counterExample: `● Fetch\n   https://example.org/page\n Do you want to allow Claude to fetch this content?\n ${choices}`,
    },
    {
      id: "mcp",
      heading: /^\s*Tool use\b|\(MCP\)\s*$/,
      subject: {
        type: "mcp",
        command: { row: /^\s*(\S.*?)(?:\s+Tool:)?\s+\(MCP\)\s*$/ },
        detail: { between: dashes },
      },
      announced: "always",
      example: `${rule}\n Tool use\n\n   github - create_issue(title: "x") (MCP)\n\n Do you want to proceed?\n ${choices}`,
      counterExample: `● Tool use\n   github - create_issue(title: "x") (MCP)\n Do you want to proceed?\n ${choices}`,
    },
    {
      id: "mcp-server",
      heading: /^\s*New MCP server found in this project: /,
      question: /^\s*New MCP server found in this project: /,
      subject: {
        type: "mcp",
        command: { row: /^\s*New MCP server found in this project: (\S.*)$/ },
      },
      announced: "never",
      example: `${rule}\n  New MCP server found in this project: orders\n\n  MCP servers may execute code or access system resources.\n\n    Use this MCP server\n    Use this and all future MCP servers in this project\n  ❯ Continue without using this MCP server\n\n  Enter to confirm · Esc to cancel`,
      counterExample: `● New MCP server found in this project: orders\n\n    Use this MCP server\n  ❯ Continue without using this MCP server\n❯ `,
    },
    {
      id: "plan",
      heading: /^\s*(?:Ready to code\?|Here is Claude'?s plan:)/,
      announced: "always",
      example: `${rule}\n Ready to code?\n\n Here is Claude's plan:\n${dashed}\n Do it\n${dashed}\n Would you like to proceed?\n ❯ 1. Yes, and manually approve edits\n   2. No, keep planning`,
      counterExample: `● Ready to code?\n Would you like to proceed?\n ❯ 1. Yes, and manually approve edits\n   2. No, keep planning`,
    },
    {
      id: "trust",
      heading: /^\s*(?:Accessing workspace:|Do you trust the files in this folder\?)/,
      question: /Quick safety check|Do you trust/,
      subject: { type: "trust_folder", path: { row: /^\s*((?:~|[A-Z]:)?[/\\]\S.*)$/ } },
      announced: "never",
      example: `${rule}\n Accessing workspace:\n\n /srv/app\n\n Quick safety check: Is this a project you created or one you trust?\n\n ❯ No, exit\n   Yes, I trust this folder\n\n Enter to confirm · Esc to cancel`,
      counterExample: `● Accessing workspace:\n /srv/app\n ❯ No, exit\n   Yes, I trust this folder\n\n Enter to confirm · Esc to cancel\n❯ `,
    },
    {
      id: "picker",
      heading: /^\s*(?:Select model|Theme|Login|Export conversation)\s*$/,
      question: /^\s*(?:Select model|Theme|Select login method:|Export conversation)\s*$/,
      announced: "never",
      example: `${"▔".repeat(40)}\n  Theme\n\n  Choose the text style\n\n      Auto\n  ❯ ✔ Dark mode\n      Light mode\n\n   Syntax theme: Monokai\n\n  Enter to select · Esc to cancel`,
      counterExample: `● Theme\n      Auto\n  ❯ ✔ Dark mode\n      Light mode\n\n${rule}\n❯ \n${rule}\n  ? for shortcuts`,
    },
    {
      id: "api-key",
      heading: /^\s*Detected a custom API key/,
      question: /use this API key/,
      announced: "never",
      example: `${rule}\n  Detected a custom API key in your environment\n\n  ANTHROPIC_API_KEY: sk-ant-...abc\n\n  Do you want to use this API key?\n\n    Yes\n  ❯ No (recommended)\n\n  Enter to confirm · Esc to cancel`,
      counterExample: `● Detected a custom API key\n    Yes\n  ❯ No (recommended)\n❯ `,
    },
  ],
};
