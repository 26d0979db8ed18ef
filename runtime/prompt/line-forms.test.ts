/** Answers and defaults of line prompts in forms that few programs use, each beside a text that only looks like it. */
import { expect, test } from "bun:test";
import type { Prompt } from "../../contracts/prompt.ts";
import { detect } from "./detect.ts";
import { evidences, screenOf } from "./testing.ts";

const { lineRead } = evidences;

function promptOn(text: string): Prompt {
  const detection = detect(screenOf(text, { cols: 200 }), lineRead);
  if (detection.state !== "waiting") throw new Error(`${detection.state}: ${detection.why}`);
  return detection.prompt;
}

const keysOf = ({ options }: Prompt): string =>
  options.map(({ key, label }) => key ?? label).join(" ");

/** What is asked, its kind, its keys and its default. */
const forms: [string, Prompt["kind"], string, string | null][] = [
  [
    "Store key in cache? (y/n, Return cancels connection, i for more info) ",
    "yes_no",
    "y n i",
    null,
  ],
  ["[S]kip, Use as-is, as Tracks, enter Id, aBort? ", "multiple_choice", "s u t i b", "s"],
  ["Save the session? (yes, no, or cancel) ", "yes_no", "yes no cancel", null],
  [
    "Profile? (minimal/default/complete) [default] ",
    "multiple_choice",
    "minimal default complete",
    "default",
  ],
  ["Use new APIs? (default: no) [yes, no] ", "yes_no", "yes no", "no"],
  ["Continue (y/n) ?[n] ", "yes_no", "y n", "n"],
  ["Continue? (y/n) default=n: ", "yes_no", "y n", "n"],
  ["Continue? [Y]es/[N]o, default No: ", "yes_no", "y n", "n"],
  ["The file has changed.\n[O]K, (L)oad File: ", "multiple_choice", "o l", "o"],
  ["Action (Send/Display/Save to File): ", "multiple_choice", "Send Display Save to File", null],
  ["Press y|Y for Yes, any other key for No: ", "yes_no", "y n", null],
  ["Destroy the volume? Type yes to proceed: ", "yes_no", "yes", null],
  [
    "Select: (p) Postpone, (df) Show diff, (e) Edit file,\n        (s) Show all options: ",
    "multiple_choice",
    "p df e s",
    null,
  ],
  [
    "Options are:\n  (e)dit the file again\n  e(x)it without saving\n  (Q)uit (DANGER!)\n\nWhat now? ",
    "multiple_choice",
    "e x q",
    null,
  ],
  [" a. Add user\n b. Delete user\n q. Quit\n\nEnter letter: ", "multiple_choice", "a b q", null],
  [" 1) jdk 2) jre 3) none\n\nEnter a number (default=1): ", "multiple_choice", "1 2 3", "1"],
  [" 1. Small\n 2. Large\n\n Enter your choice (1): ", "multiple_choice", "1 2", "1"],
  [
    " 1: Application\n 2: Library\nEnter selection (default: Library) [1..2] ",
    "multiple_choice",
    "1 2",
    "2",
  ],
  [
    "1 ada@one\n2 ada@two\n\nPlease choose the number, or enter an address.\n",
    "multiple_choice",
    "1 2",
    null,
  ],
  ["Define value for property 'version' 1.0-SNAPSHOT: : ", "free_text", "", "1.0-SNAPSHOT"],
  ["Choose a number or apply a filter (contains): 2110: ", "free_text", "", "2110"],
  ["Location of the file [default=/etc/demo.conf]: ", "free_text", "", "/etc/demo.conf"],
  ["Default host triple? [x86_64-linux]\n", "free_text", "", "x86_64-linux"],
  ["Correct 'sl' to 'ls' [nyae]? ", "multiple_choice", "n y a e", null],
  ["Code (L to show codes, Enter = 8300): ", "free_text", "", "8300"],
  ["Please answer 'yes' or 'no':", "yes_no", "yes no", null],
  ["Type in the phrase 'Do as I say!'\n ?] ", "free_text", "Do as I say!", null],
  ["What shall it be?\n  [k]eep\n  [d]elete\n  [a]bort\n> ", "multiple_choice", "k d a", null],
  ["Get file a.txt? ", "yes_no", "y n", null],
  ["Name (127.0.0.1:ada): ", "free_text", "", "ada"],
  ["The label will be destroyed.\nJa/Yes/Nein/No? ", "yes_no", "Ja Yes Nein No", null],
  ["   p   基本 (0 個)\n   e   拡張\n選択 (既定値 p): ", "multiple_choice", "p e", "p"],
  [
    "   p   primaire\n   e   étendue\nSélectionnez (p par défaut) : ",
    "multiple_choice",
    "p e",
    "p",
  ],
  ["❯ Want to delete it? (y/N) ‣ false", "yes_no", "y n", "n"],
];
for (const [text, kind, keys, fallback] of forms) {
  test(`answers of ${JSON.stringify(text)}`, () => {
    const prompt = promptOn(text);
    expect([prompt.kind, keysOf(prompt), prompt.default]).toEqual([kind, keys, fallback]);
  });
}

test("a port behind a host is no name", () => {
  expect(promptOn("Address (host:80): ").default).toBe("host:80");
});

/** Other languages name a default in words of their own, ahead of it or behind. */
const defaults: [string, string][] = [
  ["*** demo.conf (Y/I/N/O/D/Z) [Vorgabe=N] ? ", "N"],
  ["*** demo.conf (Y/I/N/O/D/Z) [по умолчанию N] ? ", "N"],
  ["*** demo.conf (Y/I/N/O/D/Z) [por omisión=N] ? ", "N"],
  ["*** demo.conf (Y/I/N/O/D/Z) [默认选项=N] ? ", "N"],
  ["Partitionsnummer (1-4, Standard 1): ", "1"],
  ["Premier secteur (2048-16383, 2048 par défaut) : ", "2048"],
  ["パーティション番号 (1-4, 初期値 1): ", "1"],
  ["   p   primär\n   e   erweitert\nWählen (Vorgabe p): ", "p"],
  ["   p   primaire\n   e   étendue\nSélectionnez (p par défaut) : ", "p"],
];
for (const [text, fallback] of defaults) {
  test(`the default of ${JSON.stringify(text)}`, () => {
    expect(promptOn(text).default).toBe(fallback);
  });
}

test("a word of the default alone is none", () => {
  for (const text of ["Wert [Standardpfad]: ", "Nom [défauts]: "]) {
    expect(promptOn(text).default).toBe(/\[(.+)\]/.exec(text)?.[1] ?? "");
  }
});

test("letters with yes, no and help among them are keys, wherever help stands", () => {
  const prompt = promptOn('Overwrite a? (enter "h" for help) [Ynaqdhm] ');
  expect([keysOf(prompt), prompt.default]).toEqual(["y n a q d h m", "y"]);
  expect(promptOn("Name of the user [Henry] ").default).toBe("Henry");
});

test("an answer right behind the word that it is for may be of any language", () => {
  const close = promptOn("Wyczyścić<t>? ");
  expect([close.kind, close.default]).toEqual(["yes_no", "t"]);
  expect(promptOn("Sort by <t>? ").kind).toBe("free_text");
});

test("more text is offered in brackets as well", () => {
  expect(promptOn("The end of a page\n[More] ").kind).toBe("pager");
  expect(promptOn("The end of a page\n[Moreover] ").kind).not.toBe("pager");
});

test("a question without any mark behind it asks for a value, a statement does not", () => {
  expect(promptOn("How many").kind).toBe("free_text");
  expect(promptOn("Full name  ").kind).toBe("free_text");
  const waits = detect(screenOf("Everything is done"), { ...lineRead, quietMs: 2_000 });
  expect(waits.state === "waiting" ? waits.prompt.kind : waits.state).toBe("unknown");
});

test("a value offered in a line editor below its question may be taken", () => {
  const shown = (hint: string): string => `Which framework?\n${hint}\n> jasmine`;
  const seen = (hint: string): Prompt | null => {
    const detection = detect(screenOf(shown(hint)), evidences.rawRead);
    return detection.state === "waiting" ? detection.prompt : null;
  };
  expect(seen("Press tab to list possible options.")).toMatchObject({
    kind: "free_text",
    question: "Which framework?",
    default: "jasmine",
    prefilled: "jasmine",
  });
  expect(seen("It runs the tests.")?.default ?? null).toBeNull();
});

/** Nothing in them is an answer to choose from. */
const fields = [
  "Which city: Berlin, New York, Paris? ",
  "Length (cm), width (mm): ",
  "Type the name of the repository (ada/app): ",
  "Options are:\n  (e)dit the file\n  (q)uit\nWhat now? e\nFile name: ",
  "Available commands are:\n   l            - List all modules\n   m <module>   - Select one\n   q            - Quit\ncmd? ",
  "Address (host:80): ",
  "Which one [deny]? ",
  "Which one [deny]? ",
  "1 ada@one\n2 ada@two\nFull name: ",
  'For details type "show warranty." now.\ndemo> ',
  "To exit type 'exit' or '^D'\n> ",
];
for (const text of fields) {
  test(`no answers to choose from in ${JSON.stringify(text)}`, () => {
    const prompt = promptOn(text);
    expect([prompt.kind, prompt.options]).toEqual(["free_text", []]);
  });
}

test("the PIN of a quoted name is a secret, and no word to be typed", () => {
  expect(promptOn("Enter PIN for 'token': ").kind).toBe("password");
});

test("going on with Enter is no word to be typed", () => {
  const text = "This may cause corruption. Type\n'q <enter>' to abort, or <enter> to continue: ";
  expect(promptOn(text).kind).toBe("confirm_enter");
});

test("a sign-in's host and port belong to its question", () => {
  const text = "http: password for bob@127.0.0.1:9: ";
  expect(promptOn(text).question).toBe("http: password for bob@127.0.0.1:9:");
});
