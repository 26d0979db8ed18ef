/** A tool is started so that it asks, unless the person's own words say otherwise. */
import { describe, expect, test } from "bun:test";
import { launchOf } from "./launch.ts";

function launched(line: string, asIs = false): [string, string] {
  const [program = "", ...args] = line.split(" ");
  const { argv, asks } = launchOf([program, ...args], asIs);
  return [argv.join(" "), asks];
}

describe("is told to ask", () => {
  const cases: [string, string][] = [
    ["claude", "claude --permission-mode manual"],
    ["/opt/bin/claude explain it", "/opt/bin/claude --permission-mode manual explain it"],
    ["claude --model opus", "claude --permission-mode manual --model opus"],
    ["codex", "codex --ask-for-approval on-request --sandbox read-only"],
    ["codex -a on-request", "codex --sandbox read-only -a on-request"],
    ["gemini -i hello", "gemini --approval-mode default -i hello"],
    ["gemini.cmd", "gemini.cmd --approval-mode default"],
    [
      "claude -- --dangerously-skip-permissions",
      "claude --permission-mode manual -- --dangerously-skip-permissions",
    ],
  ];
  test.each(cases)("%s", (line, expected) => expect(launched(line)).toEqual([expected, "yes"]));
});

describe("is not told twice", () => {
  const cases = [
    "claude --permission-mode manual",
    "claude --permission-mode=plan",
    "gemini --approval-mode default",
  ];
  test.each(cases)("%s", (line) => expect(launched(line)).toEqual([line, "yes"]));
});

describe("keeps the person's word not to ask, and it is said", () => {
  const cases = [
    "claude --dangerously-skip-permissions",
    "claude --permission-mode bypassPermissions",
    "claude --permission-mode=acceptEdits",
    "codex --full-auto",
    "codex -a never",
    "codex -c approval_policy=never",
    "codex --sandbox danger-full-access",
    "gemini -y",
    "gemini --approval-mode=yolo",
  ];
  test.each(cases)("%s", (line) => {
    expect(launched(line)).toEqual([line, "no"]);
    const [program = "", ...args] = line.split(" ");
    expect(launchOf([program, ...args], false).note).toContain("not governed");
  });
});

describe("is left alone", () => {
  const cases = [
    "claude mcp list",
    "claude -p hello",
    "claude --version",
    "codex exec ls",
    "codex --help",
    "gemini mcp add",
    "gemini -p hello",
    "npm init",
    "bash",
  ];
  test.each(cases)("%s", (line) => expect(launched(line)).toEqual([line, "unknown"]));
  test.each(["claude", "codex -a never"])("%s as it is", (line) => {
    expect(launched(line, true)).toEqual([line, "unknown"]);
  });
});
