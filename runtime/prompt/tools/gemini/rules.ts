/** Gemini CLI: its dialogs, its announcements, its footers. */
import type { ToolRules } from "../rules.ts";

/** A frame around rows, as Ink draws it. */
function framed(...rows: string[]): string {
  const width = 60;
  const line = "─".repeat(width + 2);
  return [`╭${line}╮`, ...rows.map((row) => `│ ${row.padEnd(width)} │`), `╰${line}╯`].join("\n");
}

const inner = "─".repeat(50);
const choices = [
  "● 1. Allow once",
  "  2. Allow for this session",
  "  3. No, suggest changes (esc)",
];

export const gemini: ToolRules = {
  tool: "gemini",
  versions: ["0.61"],
  packages: ["@google/gemini-cli"],
  apps: ["gemini", "gemini-cli"],
  edge: "box",
  titles: [
    { pattern: /^✋\s+Action Required\b/u, state: "blocked" },
    { pattern: /^✦\s+Working\b/u, state: "working" },
    { pattern: /^◇\s+Ready\b/u, state: "idle" },
  ],
  modes: [
    {
      pattern: /\bYOLO mode\b|\b(?:auto-?accept(?:ing)?|accepting) edits\b/i,
      asks: "no",
      example: " YOLO mode (ctrl + y to toggle)",
    },
    {
      pattern: /^\s*Shift\+Tab to accept edits\s*$/i,
      asks: "yes",
      example: " Shift+Tab to accept edits",
    },
  ],
  dialogs: [
    {
      id: "shell",
      heading: /^\s*\?\s+Shell\b/,
      subject: { type: "shell", command: { box: "inner" } },
      announced: "always",
      example: framed(
        "? Shell  rm -rf ./build",
        `╭${inner}╮`,
        "│ rm -rf ./build".padEnd(51) + "│",
        `╰${inner}╯`,
        "Allow execution of [Shell]?",
        "",
        ...choices,
      ),
      counterExample:
        "  ? Shell  rm -rf ./build\n  Allow execution of [Shell]?\n\n  1. Allow once\n  2. No, suggest changes (esc)",
    },
    {
      id: "edit",
      heading: /^\s*\?\s+(?:Edit|Replace|SmartEdit)\b/,
      subject: {
        type: "file_edit",
        path: { row: /^\s*\?\s+\w+\s+(\S+?): / },
        detail: { box: "inner" },
      },
      announced: "always",
      example: framed(
        "? Edit  src/app.py: old => new",
        `╭${inner}╮`,
        "│ 2 - old".padEnd(51) + "│",
        `╰${inner}╯`,
        "Apply this change?",
        "",
        ...choices,
      ),
      counterExample: "? Edit  src/app.py: old => new\nApply this change?\n1. Allow once\n2. No",
    },
    {
      id: "write",
      heading: /^\s*\?\s+Write ?File\b/,
      subject: {
        type: "file_write",
        path: { row: /^\s*\?\s+Write ?File\s+Writing to (\S.*)$/ },
        detail: { box: "inner" },
      },
      announced: "always",
      example: framed(
        "? WriteFile  Writing to notes.txt",
        `╭${inner}╮`,
        "│ 1 line one".padEnd(51) + "│",
        `╰${inner}╯`,
        "Apply this change?",
        "",
        ...choices,
      ),
      counterExample: "? WriteFile  Writing to notes.txt\nApply this change?\n1. Allow once\n2. No",
    },
    {
      id: "fetch",
      heading: /^\s*\?\s+(?:Web ?Fetch|Google ?Search|Web ?Search)\b/,
      subject: {
        type: "fetch",
        command: { row: /(https?:\/\/[^\s"'│]+)/ },
        host: { row: /(https?:\/\/[^\s"'│]+)/ },
      },
      announced: "always",
      example: framed(
        "? WebFetch  Fetching content from https://example.org/a",
        `╭${inner}╮`,
        "│ https://example.org/a".padEnd(51) + "│",
        `╰${inner}╯`,
        "Do you want to proceed?",
        "",
        ...choices,
      ),
      counterExample:
        "? WebFetch  https://example.org/a\nDo you want to proceed?\n1. Allow once\n2. No",
    },
    {
      id: "mcp",
      heading: /^\s*(?:\?\s+.*\(.*MCP Server\)|MCP Server: )/,
      subject: { type: "mcp", command: { row: /^\s*Tool: (\S.*)$/ } },
      announced: "always",
      example: framed(
        '? search (docs MCP Server) {"q":"x"}',
        "MCP Server: docs",
        "Tool: search",
        'Allow execution of MCP tool "search"?',
        "",
        ...choices,
      ),
      counterExample: "? search (docs MCP Server)\n1. Allow once\n2. No",
    },
    {
      id: "trust",
      heading: /^\s*Do you trust the files in this folder\?/,
      question: /^\s*Do you trust the files in this folder\?/,
      // It names the folder without its path.
      subject: { type: "trust_folder" },
      announced: "never",
      example: framed(
        "Do you trust the files in this folder?",
        "",
        "Trusting a folder allows Gemini CLI to load its files.",
        "",
        "● 1. Trust folder (proj)",
        "  2. Trust parent folder (srv)",
        "  3. Don't trust",
      ),
      counterExample:
        "Do you trust the files in this folder?\n1. Trust folder (proj)\n2. Don't trust",
    },
    {
      id: "loop",
      heading: /^\s*\?\s+A potential loop was detected\s*$/,
      announced: "never",
      example: framed(
        "?  A potential loop was detected",
        "",
        "This can happen due to repetitive tool calls. Do you want to keep loop",
        "detection enabled or disable it for this session?",
        "",
        "● 1. Keep loop detection enabled (esc)",
        "  2. Disable loop detection for this session",
      ),
      counterExample:
        "?  A potential loop was detected\nDo you want to keep it?\n1. Keep loop detection enabled (esc)\n2. Disable",
    },
    {
      id: "sign-in",
      heading: /^\s*(?:\?\s+)?(?:How would you like to authenticate|Get started)\b/,
      announced: "never",
      example: framed(
        "Get started",
        "",
        "How would you like to authenticate for this project?",
        "",
        "● 1. Sign in with Google",
        "  2. Use Gemini API Key",
        "",
        "(Use Enter to select)",
      ),
      counterExample: "How would you like to authenticate\n1. Sign in\n2. Use key",
    },
  ],
};
