/** Options and defaults of line prompts, where brackets, commas and lines of their own would mislead. */
import { expect, test } from "bun:test";
import type { Prompt } from "../../contracts/prompt.ts";
import { detect } from "./detect.ts";
import type { WaitEvidence } from "./evidence.ts";
import { evidences, screenOf } from "./testing.ts";

const { lineRead: L, rawRead: R } = evidences;

function promptOn(text: string, evidence: WaitEvidence = L): Prompt {
  const detection = detect(screenOf(text, { cols: 200 }), evidence);
  if (detection.state !== "waiting") throw new Error(`${detection.state}: ${detection.why}`);
  return detection.prompt;
}

const keysOf = (prompt: Prompt): (string | null)[] => prompt.options.map((one) => one.key);

test("a slash among keys that commas part is a key itself", () => {
  const prompt = promptOn("(1/2) Stage this hunk [y,n,q,a,d,j,J,g,/,e,?]? ");
  expect(keysOf(prompt)).toEqual(["y", "n", "q", "a", "d", "j", "J", "g", "/", "e", "?"]);
});

const defaults: [string, string, Prompt["kind"]][] = [
  ["Partition number (1-4, default 1): ", "1", "free_text"],
  ["Last sector, +/-sectors or +/-size{K,M,G} (2048-20479, default 20479): ", "20479", "free_text"],
  ["Package name (<vendor>/<name>) [ada/app]: ", "ada/app", "free_text"],
  ["Run shell command? (Y)es/(N)o [Yes]: ", "y", "yes_no"],
  ["Do you accept the terms? [yes|no]\n[no] >>> ", "no", "yes_no"],
  ["It will be installed into this location:\n/opt/x\n\n[/opt/x] >>> ", "/opt/x", "free_text"],
  ["What approach do you want?  ('sudo' or 'manual')\n [sudo] ", "sudo", "free_text"],
];
for (const [text, fallback, kind] of defaults) {
  test(`the default of ${JSON.stringify(text)} is ${fallback}`, () => {
    const prompt = promptOn(text);
    expect([prompt.kind, prompt.default]).toEqual([kind, fallback]);
  });
}

test("a choice asked a second time with its answers has them", () => {
  const prompt = promptOn("Partition type?  primary/extended? ", R);
  expect([prompt.kind, keysOf(prompt)]).toEqual(["multiple_choice", ["primary", "extended"]]);
});

test("a list that was chosen from belongs to no later question", () => {
  const list = "   (1) RSA and RSA\n   (9) ECC\nYour selection? 1\nkeys may be long.\n";
  const prompt = promptOn(`${list}What keysize do you want? (3072) `);
  expect([prompt.kind, prompt.default]).toEqual(["free_text", "3072"]);
});

test("keys of a row that was answered belong to no later question", () => {
  expect(promptOn("replace a? [y]es, [n]o, [r]ename: r\nnew name: ").kind).toBe("free_text");
});

const laterQuestions: [string, WaitEvidence][] = [
  ["[y]es [n]o [a]ll > y\nType the host name: ", L],
  ["Overwrite? [y]es, [n]o: yes\nFile to delete: ", L],
  ["Overwrite [y]es [n]o: \nName: ", R],
  ["Overwrite? [y]es, [n]o? \nName to use: ", R],
];
for (const [text, evidence] of laterQuestions) {
  test(`keys of an earlier question are none of ${JSON.stringify(text)}`, () => {
    expect(promptOn(text, evidence).kind).toBe("free_text");
  });
}

test("a line that only asks to pick has the keys of the line above", () => {
  const prompt = promptOn("Use (o)urs or (t)heirs?\nYour choice: ");
  expect([prompt.kind, keysOf(prompt)]).toEqual(["multiple_choice", ["o", "t"]]);
});

test("a line editor that starts with a value asks for it", () => {
  const paste = { bracketedPaste: true };
  const detection = detect(screenOf("Path: /srv", paste), evidences.rawPoll);
  expect(detection.state === "waiting" && detection.prompt).toMatchObject({
    kind: "free_text",
    question: "Path:",
    prefilled: "/srv",
  });
});

test("going on with Enter may be asked a line above the mark", () => {
  expect(promptOn("Please, press ENTER to continue\n>>> ").kind).toBe("confirm_enter");
});

const otherWords = [
  "rm: reguläre leere Datei 'a' entfernen? ",
  "rm : supprimer fichier vide 'a' ? ",
  "rm: ¿borrar el fichero regular vacío 'a'? ",
  "cp: sovrascrivere 'b'? ",
  "rm: удалить пустой обычный файл 'a'? ",
  "rm: poistetaanko tavallinen tyhjä tiedosto 'a'? ",
  "rm: 通常の空ファイル 'a' を削除しますか? ",
];
for (const text of otherWords) {
  test(`asks yes or no: ${text}`, () => expect(promptOn(text).kind).toBe("yes_no"));
}

test("an editor's list of keys gives the answers to its question", () => {
  const text = "Save modified buffer?  █\n Y Yes\n N No           ^C Cancel";
  expect(promptOn(text, R).options.map((one) => [one.label, one.key, one.meaning])).toEqual([
    ["Yes", "y", "yes"],
    ["No", "n", "no"],
    ["Cancel", "\u0003", "cancel"],
  ]);
});

test("letters behind yes and no are deeds; a word in brackets is none", () => {
  const prompt = promptOn('Overwrite f.txt? (enter "h" for help) [Ynaqdhm] ', R);
  expect([prompt.kind, prompt.default]).toEqual(["multiple_choice", "y"]);
  expect(keysOf(prompt)).toEqual(["y", "n", "a", "q", "d", "h", "m"]);
  expect(promptOn("City? [Lyngdal] ", R).options).toEqual([]);
});

test("a word that is to be typed is no letter", () => {
  const asked = "Are you sure you want to write it?█";
  expect(keysOf(promptOn(`${asked}\n  Type "yes" or "no", or press ESC.`, R))).toEqual([
    "yes",
    "no",
  ]);
  expect(keysOf(promptOn(`${asked}\n  Type it once more.`, R))).toEqual(["y", "n"]);
});

test("a single word with blanks behind it is a field where somebody reads", () => {
  expect(promptOn("Comment  ").kind).toBe("free_text");
  expect(() => promptOn("Comment   ")).toThrow("nothing at the cursor looks like a prompt");
});

test("a question that its library breaks where a row is full is read from its beginning", () => {
  const asked = (first: string): string => {
    const snapshot = screenOf(`${first}\nlarms)? (Y/n) `, { cols: 60 });
    const detection = detect(snapshot, evidences.rawPoll);
    return detection.state === "waiting" ? detection.prompt.question : detection.why;
  };
  const full = `? Set up what observes (${"x".repeat(33)}, a`;
  expect(asked(full)).toBe(`${full}larms)? (Y/n)`);
  expect(asked("? Set up what observes")).toBe("larms)? (Y/n)");
});
