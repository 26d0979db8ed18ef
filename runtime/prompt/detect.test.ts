/** Guarantees of detection: what is seen, how surely, and what must never be taken for a prompt. */
import { describe, expect, test } from "bun:test";
import { prompt as promptSchema, type Prompt } from "../../contracts/prompt.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import { detect } from "./detect.ts";
import type { WaitEvidence } from "./evidence.ts";
import { evidences, screenOf } from "./testing.ts";

function promptOn(text: string | Snapshot, evidence: WaitEvidence = evidences.lineRead): Prompt {
  const snapshot = typeof text === "string" ? screenOf(text) : text;
  const detection = detect(snapshot, evidence);
  if (detection.state !== "waiting") throw new Error(`${detection.state}: ${detection.why}`);
  return promptSchema.parse(detection.prompt);
}

function keysOf(prompt: Prompt): (string | null)[] {
  return prompt.options.map((option) => option.key);
}

describe("yes or no", () => {
  const cases: [string, (string | null)[], string | null][] = [
    ["Do you want to continue? [Y/n] ", ["y", "n"], "y"],
    ["Save settings? [y/N] ", ["y", "n"], "n"],
    ["Delete task 1 'Buy milk'? (yes/no) ", ["yes", "no"], null],
    ["Proceed anyway? (y,N) ", ["y", "n"], "n"],
    ["Proceed ([y]/n)? ", ["y", "n"], "y"],
    ["Shown for verification? [yN]: ", ["y", "n"], "n"],
    ["Make breakpoint pending? (y or [n]) ", ["y", "n"], "n"],
    ["Möchten Sie fortfahren? [J/n] ", ["j", "n"], "j"],
    ["Souhaitez-vous continuer\u00a0? [O/n] ", ["o", "n"], "o"],
    ["Продолжить? [д/Н] ", ["д", "н"], "н"],
    ["您希望继续执行吗？ [是/否] ", ["是", "否"], null],
    ["Separate source and build directories (y/n) [n]: ", ["y", "n"], "n"],
    ["Reversed patch detected!  Assume -R? [n] ", ["y", "n"], "n"],
    ["Entry 'f1' has deleted inode 12.  Clear<y>? ", ["y", "n"], "y"],
    ["Use HTTPS protocol [Yes]: ", ["yes", "no"], "yes"],
    ["overwrite (y/n) ?", ["y", "n"], null],
    ["Install it? (y/n, default n): ", ["y", "n"], "n"],
    ["rm: remove regular empty file 'x'? ", ["y", "n"], null],
    ["add ‘a.txt’?", ["y", "n"], null],
    ["gzip a.log?...", ["y", "n"], null],
    ["< rm ... ./two.tmp > ? ", ["y", "n"], null],
    ["Continue creating array? ", ["y", "n"], null],
  ];
  for (const [text, keys, fallback] of cases) {
    test(text.trim(), () => {
      const prompt = promptOn(text);
      expect(prompt.kind).toBe("yes_no");
      expect(keysOf(prompt)).toEqual(keys);
      expect(prompt.default).toBe(fallback);
      expect(prompt.options[0]?.meaning).toBe("yes");
      expect(prompt.confidence).toBe("high");
      expect(prompt.single_key).toBe(false);
    });
  }

  test("a host key question takes the whole word", () => {
    const prompt = promptOn(
      "Are you sure you want to continue connecting (yes/no/[fingerprint])? ",
    );
    expect(prompt.kind).toBe("yes_no");
    expect(prompt.options.slice(0, 2).map((one) => one.key)).toEqual(["yes", "no"]);
    expect(prompt.default).toBeNull();
  });

  test("a word in capital letters is typed in capital letters", () => {
    const prompt = promptOn("Are you sure? (Type 'yes' in capital letters): ");
    expect(prompt.kind).toBe("yes_no");
    expect(keysOf(prompt)).toEqual(["YES"]);
  });

  test("the only accepted word is found above a bare field", () => {
    const prompt = promptOn("  Only 'yes' will be accepted to approve.\n\n  Enter a value: ");
    expect(prompt.kind).toBe("yes_no");
    expect(keysOf(prompt)).toEqual(["yes"]);
    expect(prompt.question).toContain("will be accepted");
  });

  test("a raw terminal with a reader acts on one key", () => {
    expect(promptOn("kill-pane 0? (y/n)", evidences.rawRead).single_key).toBe(true);
    expect(promptOn("? Install? (y/N) ", evidences.rawTimedPoll).single_key).toBe(false);
  });

  test("an answer that was already typed is reported, and taken as less sure", () => {
    const prompt = promptOn("Continue? [y/n] ye");
    expect(prompt.prefilled).toBe("ye");
    expect(prompt.question).toBe("Continue? [y/n]");
  });

  test("a mark below the question waits for the answer to it", () => {
    const prompt = promptOn(" Do you wish to run this? (yes/no) [no]:\n > ");
    expect(prompt.kind).toBe("yes_no");
    expect(prompt.default).toBe("no");
  });
});

describe("menus", () => {
  test("numbered lines above a question are its options", () => {
    const prompt = promptOn("1) dev\n2) staging\n3) production\nWhich environment? ");
    expect(prompt.kind).toBe("multiple_choice");
    expect(prompt.options.map((one) => `${one.key} ${one.label}`)).toEqual([
      "1 dev",
      "2 staging",
      "3 production",
    ]);
  });

  test("the heading is the question when the line holds only a mark", () => {
    const prompt = promptOn("Select gem to uninstall:\n 1. demo-1.0\n 2. demo-2.0\n> ");
    expect(prompt.question).toBe("Select gem to uninstall:");
    expect(keysOf(prompt)).toEqual(["1", "2"]);
  });

  test("columns of items are read across", () => {
    const prompt = promptOn(
      "*** Commands ***\n    1: clean    2: filter by pattern    3: quit\nWhat now> ",
    );
    expect(prompt.options.map((one) => one.label)).toEqual(["clean", "filter by pattern", "quit"]);
  });

  test("letters marked in words are keys", () => {
    const prompt = promptOn("(Y)es / (N)o / (A)lways / (S)kip all / A(u)to rename all / (Q)uit? ");
    expect(prompt.kind).toBe("multiple_choice");
    expect(keysOf(prompt)).toEqual(["y", "n", "a", "s", "u", "q"]);
  });

  test("letters that differ only in case are typed as shown", () => {
    const prompt = promptOn("replace a.txt? [y]es, [n]o, [A]ll, [N]one, [r]ename: ");
    expect(keysOf(prompt)).toEqual(["y", "n", "A", "N", "r"]);
  });

  test("a hunk's letters are a choice of many", () => {
    const prompt = promptOn("(1/1) Stage this hunk [y,n,q,a,d,e,?]? ");
    expect(prompt.kind).toBe("multiple_choice");
    expect(keysOf(prompt)).toEqual(["y", "n", "q", "a", "d", "e", "?"]);
    expect(prompt.options[0]?.meaning).toBe("yes");
  });

  test("a list moved with arrows has no keys, and its highlight is the default", () => {
    const snapshot = screenOf("? Pick one (Use arrow keys)\n❯ Large\n  Medium\n  Small█");
    const prompt = promptOn(snapshot, evidences.rawTimedPoll);
    expect(prompt.kind).toBe("multiple_choice");
    expect(prompt.options.map((one) => [one.label, one.key, one.selected])).toEqual([
      ["Large", null, true],
      ["Medium", null, false],
      ["Small", null, false],
    ]);
    expect(prompt.default).toBe("Large");
    expect(prompt.question).toContain("Pick one");
  });

  test("boxes that can be ticked keep their state", () => {
    const snapshot = screenOf("? Which?\n❯◯ A\n ◉ B\n\n↑↓ navigate • space select█");
    const prompt = promptOn(snapshot, evidences.rawTimedPoll);
    expect(prompt.options.map((one) => one.checked)).toEqual([false, true]);
  });

  test("a box with two buttons asks yes or no", () => {
    const box = [
      "┌──────────────────┐",
      "│ Format the disk? │",
      "│                  │",
      "├──────────────────┤",
      "│ <█Yes >   < No > │",
      "└──────────────────┘",
    ];
    const prompt = promptOn(screenOf(box.join("\n")), evidences.rawRead);
    expect(prompt.kind).toBe("yes_no");
    expect(prompt.question).toBe("Format the disk?");
    expect(prompt.default).toBe("Yes");
  });
});

describe("other kinds", () => {
  const cases: [string, Prompt["kind"], WaitEvidence][] = [
    ["Press any key to continue...", "confirm_enter", evidences.rawRead],
    ["Finished. [Enter]", "confirm_enter", evidences.lineRead],
    ["Prepare volume #2 for ‘vol.tar’ and hit return: ", "confirm_enter", evidences.lineRead],
    ["Press ENTER or type command to continue", "confirm_enter", evidences.rawRead],
    ["Password: ", "password", evidences.hiddenRead],
    ["Repeat: ", "password", evidences.hiddenRead],
    ["Access Key: ", "password", evidences.lineRead],
    ["? API token ", "password", evidences.rawTimedPoll],
    ["--More--(42%)", "pager", evidences.rawRead],
    ["Branch name: ", "free_text", evidences.lineRead],
    ["Username for 'https://token@example.org': ", "free_text", evidences.lineRead],
    ["What is your name? [Ada] ", "free_text", evidences.lineRead],
    ["May I have your name? ", "free_text", evidences.lineRead],
    ["New disk label type? ", "free_text", evidences.lineRead],
    ["ada@host:~/src$ ", "free_text", evidences.rawPoll],
    [">>> ", "free_text", evidences.rawPoll],
    ["(gdb) ", "free_text", evidences.rawPoll],
    [
      "  Commit? (press enter to skip)\n? Scope of this change: (press enter to skip) ",
      "free_text",
      evidences.rawTimedPoll,
    ],
  ];
  for (const [text, kind, evidence] of cases) {
    test(`${kind}: ${text.trim()}`, () => expect(promptOn(text, evidence).kind).toBe(kind));
  }

  test("the value in brackets is the default of a field", () => {
    expect(promptOn("Country Name (2 letter code) [AU]:").default).toBe("AU");
    expect(promptOn("package name: (demo) ").default).toBe("demo");
    expect(promptOn("Full Name []: ").default).toBe("");
    expect(promptOn("Author name(s): ").default).toBeNull();
  });

  test("waiting without a word is unknown, never idle", () => {
    const evidence = { ...evidences.lineRead, quietMs: 100 };
    for (const text of ["", "compiling main.c", "42 %"]) {
      const prompt = promptOn(text, evidence);
      expect(prompt.kind).toBe("unknown");
      expect(prompt.confidence).toBe("low");
    }
  });
});

describe("not fooled", () => {
  const silent: [string, string, WaitEvidence][] = [
    ["a question while nobody waits", "Continue? [y/n] ", evidences.nobody],
    [
      "a question whose output still flows",
      "Continue? [y/n] ",
      { ...evidences.rawPoll, quietMs: 5 },
    ],
    ["a listener that shows progress", "Elapsed 1 s (q to quit) ", evidences.rawTimedPoll],
    ["a server's hints", "  ➜  press h + enter to show help\n", evidences.rawTimedPoll],
    [
      "a log line that holds a question",
      "asked Continue? [y/n]\n12:00 step 2 done\n",
      evidences.lineTimedPoll,
    ],
    ["an answered question above the cursor", "Continue? [y/n] y\n", evidences.lineTimedPoll],
    [
      "a question before the last output",
      "Continue? [y/n]\nworking\nmore work\n",
      evidences.unseenLine,
    ],
  ];
  for (const [name, text, evidence] of silent) {
    test(name, () => expect(detect(screenOf(text), evidence).state).toBe("working"));
  }

  test("a half painted screen is not read", () => {
    const snapshot = screenOf("Continue? [y/n] ", { synchronizing: true });
    expect(detect(snapshot, evidences.lineRead).state).toBe("working");
  });

  test("a file with a question above a shell's prompt is only the shell's prompt", () => {
    const prompt = promptOn("$ cat notes\nContinue? [y/n]\n$ ", evidences.rawPoll);
    expect(prompt.kind).toBe("free_text");
    expect(prompt.question).toBe("$");
  });

  test("a tool's own input box is idle, whatever its transcript shows", () => {
    const rule = "─".repeat(40);
    const screen = `● Do you want to proceed?\n  1. Yes\n  2. No\n${rule}\n❯ █\n${rule}\n  ? for shortcuts`;
    const detection = detect(screenOf(screen), { ...evidences.rawTimedPoll, quietMs: 2000 });
    expect(detection.state).toBe("idle");
  });

  const done = [
    "✔ Want to answer? · Nope / Yep\n",
    "✔ Want to continue? (y/N) · true\n",
    "  ✓ asks: Overwrite? (y/N) (3004 ms)\n",
  ];
  for (const text of done) {
    test(`an answered question is none: ${text.trim()}`, () => {
      const { kind, confidence } = promptOn(text, { ...evidences.rawRead, quietMs: 2000 });
      expect([kind, confidence]).toEqual(["unknown", "low"]);
      expect(detect(screenOf(text), evidences.unseenRaw).state).toBe("working");
    });
  }

  test("a command that a person types is no question", () => {
    const prompt = promptOn("ada@host:~$ echo 'Continue? [y/n]", evidences.rawPoll);
    expect(prompt.kind).toBe("free_text");
    expect(prompt.prefilled).toContain("echo");
  });

  test("without the kernel, no line of text makes more than low confidence", () => {
    expect(promptOn("Continue? [y/n] ", evidences.unseenLine).confidence).toBe("low");
    expect(promptOn("Continue? [y/n] ", evidences.blind).confidence).toBe("low");
    expect(promptOn("Continue? [y/n] ", evidences.unseenRaw).confidence).toBe("low");
    expect(promptOn("Password: ", evidences.unseenHidden).confidence).toBe("low");
  });

  test("a line prompt inside a multiplexer stays with the person", () => {
    const snapshot = screenOf("Continue? [y/N] █\n\n[0] 0:bash*", { alternate: true });
    expect(promptOn(snapshot, evidences.rawTimedPoll).confidence).toBe("low");
  });
});

test("a label that names what every object inherits has no meaning", () => {
  const prompt = promptOn("1) constructor\n2) valueOf\nWhich member? ");
  expect(prompt.options.map((option) => option.meaning)).toEqual([null, null]);
});

describe("identity", () => {
  test("a redraw is the same prompt, another question is another", () => {
    const one = promptOn("Delete a? [y/n] ");
    expect(promptOn("\n\nDelete a? [y/n] ").fingerprint).toBe(one.fingerprint);
    expect(promptOn("Delete b? [y/n] ").fingerprint).not.toBe(one.fingerprint);
  });

  test("typing into the prompt does not change it", () => {
    expect(promptOn("Delete a? [y/n] y").fingerprint).toBe(
      promptOn("Delete a? [y/n] ").fingerprint,
    );
  });

  test("a question that begins above the screen is cut", () => {
    const snapshot = screenOf("rest of it? [y/n] ");
    const lines = snapshot.lines.map((one, at) => (at === 0 ? { ...one, top: -3 } : one));
    expect(promptOn({ ...snapshot, lines }).cut).toBe(true);
  });
});
