/** Codex: its dialogs, its announcements, its footers. */
import type { ToolRules } from "../rules.ts";

const choices =
  "› 1. Yes, proceed (y)\n  2. No, and tell Codex what to do differently (esc)\n\n  Press enter to confirm or esc to cancel";

export const codex: ToolRules = {
  tool: "codex",
  versions: ["0.169"],
  packages: ["@openai/codex"],
  apps: ["codex"],
  edge: "none",
  titles: [
    { pattern: /^\[ [!.] \] Action Required\b/, state: "blocked" },
    { pattern: /^[⠁-⣿]\s/u, state: "working" },
  ],
  modes: [
    {
      pattern: /\bfull access\b|\byolo\b/i,
      asks: "no",
      example: "  gpt-5-codex default · full access",
    },
  ],
  dialogs: [
    {
      id: "shell",
      heading: /^\s*Would you like to run the following command\?/,
      question: /^\s*Would you like to run the following command\?/,
      subject: { type: "shell", command: { after: /^\s*\$ / } },
      announced: "always",
      example: `  Would you like to run the following command?\n\n  Environment: local\n\n  Reason: needed\n\n  $ rm -rf ./build\n\n${choices}`,
      counterExample: `  Would you like to run the following command?\n\n  $ rm -rf ./build\n\n${choices}\n\n› Ask Codex to do anything\n\n  gpt-5 default`,
    },
    {
      id: "edit",
      heading: /^\s*Would you like to (?:make|apply) the following (?:edits?|changes?)\?/,
      question: /^\s*Would you like to (?:make|apply) the following (?:edits?|changes?)\?/,
      subject: {
        type: "file_edit",
        path: { row: /^\s*Destination: (\S.*)$/ },
        detail: { row: /^\s*Description: (\S.*)$/ },
      },
      announced: "always",
      example: `  Would you like to make the following edits?\n\n  Description: Apply proposed file edits\n  Destination: /srv/app/src/app.py\n\n\n${choices}`,
      counterExample: `  Would you like to make the following edits?\n\n  Destination: /srv/app/src/app.py\n\n${choices}\n\n› `,
    },
    {
      id: "permissions",
      heading: /^\s*Would you like to (?:grant|allow|approve)\b.*\?/,
      question: /^\s*Would you like to (?:grant|allow|approve)\b.*\?/,
      subject: {
        type: "other",
        command: { row: /^\s*(?:Permissions?|Network|Host|Access): (\S.*)$/i },
      },
      announced: "always",
      example: `  Would you like to grant these permissions?\n\n  Permissions: network\n\n${choices}`,
      counterExample: `  Would you like to grant these permissions?\n\n${choices}\n\n› `,
    },
    {
      id: "mcp",
      heading: /^\s*(?:Approve|Allow|Run) .{0,40}\btool\b.*\?|\bMCP server\b/,
      subject: { type: "mcp", command: { row: /^\s*(?:Tool|Server|Call): (\S.*)$/i } },
      announced: "always",
      example: `  Allow the docs MCP server to run tool "search"?\n\n  Tool: search\n\n${choices}`,
      counterExample: `  Allow the docs MCP server to run tool "search"?\n\n${choices}\n\n› `,
    },
    {
      id: "picker",
      heading:
        /^\s*(?:Select Model(?: and Effort)?|Select Reasoning Level.*|Update Model Permissions|Select Syntax Theme|Skills|Experimental features)\s*$/,
      question:
        /^\s*(?:Select Model(?: and Effort)?|Select Reasoning Level.*|Update Model Permissions|Select Syntax Theme|Skills|Experimental features)\s*$/,
      announced: "never",
      example: `  Update Model Permissions\n\n  1. Ask for approval  Read and edit\n› 2. Read Only (current)  Read\n\n  enter select · esc back`,
      counterExample: `  Update Model Permissions\n\n  1. Ask for approval\n› 2. Read Only\n\n› Ask Codex to do anything\n\n  gpt-5 default`,
    },
    {
      id: "trust",
      heading:
        /^\s*(?:Folder access|Do you trust the contents of this directory\?|You are (?:in|running Codex in)\b)/,
      question: /Trust this folder\?|Do you trust|allow Codex/,
      subject: {
        type: "trust_folder",
        path: { row: /^\s*(?:You are (?:running Codex )?in )?((?:~|[A-Z]:)?[/\\]\S*)\s*$/ },
      },
      announced: "never",
      example: `  Folder access\n  /srv/app\n\n  Trust this folder? Codex can read, edit, and run files here.\n\n› 1. Trust and continue\n  2. Back to Agent Command Center\n\n  enter continue · esc back`,
      counterExample: `  Folder access\n  /srv/app\n\n› 1. Trust and continue\n  2. Back\n\n› Ask Codex to do anything\n\n  gpt-5 default`,
    },
  ],
};
