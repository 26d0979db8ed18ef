/** Commands and texts made to be misread: what a dialog approves is read whole, or counts as cut and is a person's. */
import { describe, expect, test } from "bun:test";
import type { Prompt } from "../../../contracts/prompt.ts";
import { openScreen } from "../../screen/screen.ts";
import { detect } from "../detect.ts";
import type { Detection } from "../detected.ts";
import type { WaitEvidence } from "../evidence.ts";
import { evidences } from "../testing.ts";

const cols = 100;
const hideCursor = "\u001b[?25l";

/** As a real screen shows it, with all that its escape sequences do. */
function seen(text: string, evidence: WaitEvidence = evidences.rawTimedPoll): Detection {
  const screen = openScreen({
    size: { cols, rows: 40 },
    reply: () => undefined,
    answersQueries: false,
  });
  screen.feed(new TextEncoder().encode(text.replaceAll("\n", "\r\n")));
  const detection = detect(screen.snapshot(), evidence);
  screen.close();
  return detection;
}

function asked(text: string): Prompt {
  const detection = seen(hideCursor + text);
  if (detection.state !== "waiting") throw new Error(`not recognised: ${detection.why}`);
  return detection.prompt;
}

const rule = "─".repeat(cols);
const dashed = "╌".repeat(cols);
const answers = " ❯ 1. Yes\n   2. No\n\n Esc to cancel";
const claude = (command: string): string =>
  `${rule}\n Bash command\n A harmless thing\n${dashed}\n${command}\n${dashed}\n Do you want to proceed?\n${answers}`;
const codex = (command: string): string =>
  `\n  Would you like to run the following command?\n\n  Environment: local\n\n  $ ${command}\n\n› 1. Yes, proceed (y)\n  2. No (esc)\n\n  Press enter to confirm or esc to cancel`;

describe("a command", () => {
  test("is whole where nothing in it is doubtful", () => {
    expect(asked(claude("   ls"))).toMatchObject({ cut: false, subject: { command: "ls" } });
    expect(asked(codex("ls"))).toMatchObject({ cut: false, subject: { command: "ls" } });
  });

  test("is cut when a line of dashes in it could be the edge of the command", () => {
    expect(asked(claude("   rm -rf ~\n   ------------------------\n   echo hi")).cut).toBe(true);
  });

  test("is read over a rule that it draws itself", () => {
    const drawn = asked(claude("   rm -rf ~ <<EOF\n   ────────────────────────\n   EOF"));
    expect(drawn.subject?.command).toContain("rm -rf ~");
  });

  test("is read over its blank lines", () => {
    expect(asked(codex("cat <<EOF\n\n  EOF\n  rm -rf ~")).subject?.command).toContain("rm -rf ~");
  });

  test("is cut when it has lines that look like another command, or another dialog", () => {
    expect(asked(codex("rm -rf ~ <<EOF\n  $ ls")).cut).toBe(true);
    const heading = "  Would you like to run the following command?";
    expect(asked(codex(`rm -rf ~\n${heading}\n\n  $ ls`)).cut).toBe(true);
  });

  const filled = (start: string): string => `   ${start}${"a".repeat(cols - 6 - start.length)}`;

  test("is cut where a line break may hide behind a full row, within the quotes of what runs them as well", () => {
    for (const start of ["echo ", "bash -c 'echo ", 'echo "$(echo ', "ssh host 'echo "]) {
      expect(asked(claude(`${filled(start)}\n   rm -rf ~`)).cut).toBe(true);
    }
  });

  test("is whole where what is wrapped is a message", () => {
    expect(asked(claude(`${filled('git commit -m "x ')}\n   and more"`)).cut).toBe(false);
  });

  test("may draw a box, which is no gutter of the dialog", () => {
    const box = ["╭──────╮", "│ a  b │", "╰──────╯"];
    const drawn = asked(codex(["cat <<EOF", ...box.map((row) => `  ${row}`), "  EOF"].join("\n")));
    expect(drawn.subject?.command).toBe(["cat <<EOF", ...box, "EOF"].join("\n"));
  });

  test("is read in a frame whose side was pushed out by signs that are wider than the tool thinks", () => {
    const framed = (text: string, spare = 0): string => `│ ${text.padEnd(cols - 4 - spare)} │`;
    const line = (left: string, right: string, inset = 0): string =>
      left + "─".repeat(cols - 2 - inset) + right;
    const drawn = [
      line("╭", "╮"),
      framed("? Shell  echo 👍🏽", -2),
      framed(line("╭", "╮", 4)),
      framed(`│ ${"echo 👍🏽".padEnd(cols - 6)} │`),
      framed(line("╰", "╯", 4)),
      framed("Allow execution of [Shell]?"),
      framed(""),
      framed("● 1. Allow once"),
      framed("  2. No, suggest changes (esc)"),
      line("╰", "╯"),
    ];
    expect(asked(drawn.join("\n")).evidence).toContain("tool:gemini/shell");
  });

  test("of wide characters is measured by its columns: what is wrapped among them has no line break", () => {
    const wide = "資料".repeat((cols - 12) / 4);
    const rows = claude(`   echo '${wide}\n   資料' > x.txt`);
    expect(asked(rows)).toMatchObject({
      cut: true,
      subject: { command: `echo '${wide}資料' > x.txt` },
    });
    expect(asked(claude("   echo '資料'\n   ls")).subject?.command).toBe("echo '資料'\nls");
  });

  test("is a person's when some of it cannot be seen, or not in the order in which it is written", () => {
    for (const hidden of [
      "\u001b[8m; rm -rf ~\u001b[0m",
      "\u001b[30;40m; rm -rf ~\u001b[0m",
      "\u001b[38;2;9;9;9;48;2;9;9;9m; rm -rf ~\u001b[0m",
      "\u202e~ fr- mr\u202c",
    ]) {
      expect(asked(claude(`   echo hi${hidden}`))).toMatchObject({ cut: true, confidence: "low" });
    }
  });
});

describe("an option that quotes a command", () => {
  const quoting = (rows: string): string =>
    codex("ls").replace("  2. No", `  2. Yes, and don't ask again for \`x\n${rows}\` (p)\n  3. No`);

  test("is one option, whatever its rows begin with", () => {
    for (const rows of ["     1. Yes 2. No", "     › 1. Yes", "     1. Yes\n     2. No"]) {
      const { options, kind } = asked(quoting(rows));
      expect([kind, options.length, options[0]?.key, options[2]?.label]).toEqual([
        "yes_no",
        3,
        "y",
        "No (esc)",
      ]);
    }
  });

  test("hides none of the others when it is the last", () => {
    const last = codex("ls").replace("No (esc)", "No, since `x\n     1. Yes` (esc)");
    expect(asked(last).options.map(({ key }) => key)).toEqual(["y", "2"]);
  });
});

test("a dialog of which the last options are not shown still approves or refuses, and is cut", () => {
  const scrolled = codex("ls").replace("  2. No (esc)\n", "  2. Yes, always\n  ↓");
  expect(asked(scrolled)).toMatchObject({ kind: "yes_no", cut: true, refuse_key: "\u001b" });
  const other = codex("ls").replace("  2. No (esc)\n", "  2. Yes, always\n");
  expect(asked(other)).toMatchObject({ kind: "multiple_choice", cut: false });
});

describe("an address", () => {
  const fetch = (rows: string): string =>
    `${rule}\n Fetch\n\n${rows}\n\n Do you want to allow Claude to fetch this content?\n${answers}`;

  test("is cut when the dialog shows several", () => {
    const rows = "   url: https://a.example/x\n   prompt: as on https://b.example/y";
    expect(asked(fetch(rows)).cut).toBe(true);
    expect(asked(fetch("   url: https://a.example/x")).cut).toBe(false);
  });

  test("is cut when it may go on in the next row", () => {
    const long = `https://a.example/${"p".repeat(cols - 22)}`;
    expect(asked(fetch(`   ${long}\n   .evil`)).cut).toBe(true);
  });
});

describe("a dialog of an unknown tool", () => {
  const body = ["Run this?", "", "  rm -rf ~", "", "Description: harmless", "", "Proceed?"];
  const rows = [...body, "❯ 1. Yes", "  2. No"];

  test("is searched whole, in a box and without one", () => {
    const width = 60;
    const framed = rows.map((row) => `│ ${row.padEnd(width)} │`).join("\n");
    const edge = "─".repeat(width + 2);
    expect(asked(`╭${edge}╮\n${framed}\n╰${edge}╯`).context).toContain("rm -rf ~");
    expect(asked(`${rows.join("\n")}\n\nesc to cancel`).context).toContain("rm -rf ~");
  });

  test("is still only when all of its rows are", () => {
    const detection = seen(`${hideCursor}${rule}\n${rows.join("\n")}\n\nesc to cancel`);
    expect(detection).toMatchObject({ place: { top: 1, row: 7 } });
  });

  test("is none while the tool says that it can be interrupted", () => {
    const working = ` Do you want to proceed?\n ❯ 1. Yes\n   2. No\n\n · Thinking… (12s · esc to interrupt)`;
    expect(seen(hideCursor + working).state).not.toBe("waiting");
  });

  test("is a person's when the cursor stands behind it and others may have written it", () => {
    const confidence = (text: string, errand: "child" | "timer") => {
      const beside = { from: "loop", errands: [errand] } as const;
      const waits = evidences.rawTimedPoll.kernel.waits.map((wait) => ({ ...wait, beside }));
      const kernel = { waits, blind: false };
      const detection = seen(text, { ...evidences.rawTimedPoll, kernel });
      return detection.state === "waiting" ? detection.prompt.confidence : detection.why;
    };
    const text = `${rows.join("\n")}\n\nesc to cancel`;
    expect(confidence(text, "child")).toBe("low");
    expect(confidence(hideCursor + text, "child")).toBe("medium");
    expect(confidence(text, "timer")).toBe("medium");
  });
});
