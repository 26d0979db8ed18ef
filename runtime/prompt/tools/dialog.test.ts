/** What a real dialog hides, how it draws one row, and what it says of itself: as recordings of Claude Code show it. */
import { expect, test } from "bun:test";
import { limits } from "../../../contracts/limits.ts";
import type { Prompt } from "../../../contracts/prompt.ts";
import { detect } from "../detect.ts";
import { evidences, screenOf } from "../testing.ts";

const rule = "─".repeat(80);
const dashed = "╌".repeat(80);
const foot = "Do you want to proceed?\n ❯ 1. Yes\n   2. No\n";
const keys = "\n Esc to cancel · Tab to amend";

function asked(text: string, says = "state=blocked:app=claude-code"): Prompt {
  const snapshot = screenOf(text, { cols: 100, announced: says });
  const detection = detect(snapshot, evidences.rawTimedPoll);
  if (detection.state !== "waiting") throw new Error(`not recognised: ${detection.why}`);
  return detection.prompt;
}

const shell = (command: string, below = ""): string =>
  `${rule}\n Bash command\n Check it\n${dashed}\n ${command}\n${dashed}\n ${foot}${below}${keys}`;

const saying = (message: string): string =>
  `state=blocked:app=claude-code:msg=${Buffer.from(message).toString("base64")}`;

test("a dialog that says, or shows by its bar, that it begins above the screen is cut", () => {
  const tail = ` install b.bin /srv\n rm -rf /srv/old\n${dashed}\n ${foot}`;
  expect(asked(`${tail}${keys}`).cut).toBe(false);
  expect(asked(`${tail}\n ↑ 39 more lines\n${keys}`).cut).toBe(true);
  expect(asked(` │ install b.bin /srv\n │ rm -rf /srv/old\n${dashed}\n ${foot}${keys}`).cut).toBe(
    true,
  );
});

test("a command whose heading is said to stand above the screen is read, and is cut", () => {
  const tall = (above: string): string =>
    ` Check it\n${dashed}\n │ cd /srv\n │ ls\n${dashed}\n ${foot}${above}${keys}`;
  const headless = asked(tall(" ↑ 4 more lines\n"));
  expect(headless).toMatchObject({ cut: true, subject: { type: "shell", command: "cd /srv\nls" } });
  expect(headless.evidence).toContain("tool:claude/shell");
  expect(asked(tall("")).subject).toBeNull();
});

test("a diff that is not painted yet is waited for, and is cut where it never comes", () => {
  const edit = (diff: string): string =>
    `${rule}\n Edit file\n src/app.py\n${dashed}\n ${diff}\n${dashed}\n Do you want to make this edit to app.py?\n ❯ 1. Yes\n   2. No\n${keys}`;
  const unpainted = detect(screenOf(edit("…")), evidences.rawTimedPoll);
  const painted = detect(screenOf(edit("2 -  old\n 2 +  new")), evidences.rawTimedPoll);
  if (unpainted.state !== "waiting" || painted.state !== "waiting") throw new Error("not seen");
  expect(unpainted.prompt.cut).toBe(true);
  expect(unpainted.place.stillMs).toBe(limits.unpaintedStillMs);
  expect(painted.prompt.cut).toBe(false);
  expect(painted.place.stillMs).toBe(limits.dialogStillMs);
  // Once it is there the dialog is another candidate, which must stand still by itself.
  expect(painted.prompt.fingerprint).not.toBe(unpainted.prompt.fingerprint);
});

test("a dialog of a known tool that says it has more rows is cut", () => {
  expect(asked(shell("make")).cut).toBe(false);
  expect(asked(shell("make", "\n ↓ 3 more lines\n")).cut).toBe(true);
});

test("the bar beside a single row is no part of the command", () => {
  expect(asked(shell("│ make all && make install")).subject?.command).toBe(
    "make all && make install",
  );
});

test("a message that leaves out a secret does not contradict the screen, another order of its parts does", () => {
  const screen = shell("login --token 12345678 --host example.org");
  const of = (message: string): string[] => asked(screen, saying(message)).evidence;
  expect(of("approve Bash: login --token [REDACTED] --host example.org")).toContain(
    "announced:osc7501",
  );
  expect(of("approve Bash: --host example.org [REDACTED] login --token")).toContain(
    "announced:otherwise",
  );
  expect(of("approve Bash: logout")).toContain("announced:otherwise");
});

test("a message that names nothing contradicts nothing", () => {
  const screen = shell("touch a.txt");
  expect(asked(screen, saying("permission prompt")).evidence).toContain("announced:osc7501");
  expect(asked(screen, saying("approve another")).evidence).toContain("announced:otherwise");
});

test("a server's tool is the same whichever way its name is written", () => {
  const screen = `${rule}\n Tool use\n orders — Lookup Tool: (MCP)\n${dashed}\n order: "1042"\n${dashed}\n ${foot}${keys}`;
  const same = asked(screen, saying("approve orders - lookup (MCP)"));
  expect(same.subject?.command).toBe("orders — Lookup");
  expect(asked(screen, saying("approve: orders - lookup (MCP)")).evidence).toContain(
    "announced:osc7501",
  );
  expect(same.evidence).toContain("announced:osc7501");
  expect(asked(screen, saying("approve orders - delete (MCP)")).evidence).toContain(
    "announced:otherwise",
  );
});
