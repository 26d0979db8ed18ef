/** Questions of yes and no as programs in the common languages write them, and lone letters that are none. */
import { expect, test } from "bun:test";
import { detect } from "./detect.ts";
import { languages, meaningOfLabel, yesNoPair } from "./languages.ts";
import { evidences, screenOf } from "./testing.ts";

function read(text: string) {
  const detection = detect(screenOf(text), evidences.lineRead);
  if (detection.state !== "waiting") return { kind: detection.state };
  const { kind, options } = detection.prompt;
  return { kind, meanings: options.map(({ meaning }) => meaning) };
}

for (const { name, yes, no } of languages) {
  test(`${name}: its words are a yes and a no, in each sort of brackets`, () => {
    const pair = [yes.at(-1) ?? "", no.at(-1) ?? ""];
    expect(yesNoPair(pair)).not.toBeNull();
    for (const [open, close] of [
      ["[", "]"],
      ["(", ")"],
      ["（", "）"],
      ["［", "］"],
      ["【", "】"],
    ]) {
      expect(read(`xxx ${open}${pair.join("/")}${close} `)).toEqual({
        kind: "yes_no",
        meanings: ["yes", "no"],
      });
    }
  });
}

test.each([
  ["Vuoi continuare? (sì o no) ", "yes_no"],
  ["Weet u het zeker (ja of nee): ", "yes_no"],
  ["Chcete pokračovat? (ano nebo ne) ", "yes_no"],
  ["続行しますか（はい または いいえ）", "yes_no"],
  ["¿Desea continuar? [S]: ", "yes_no"],
  ["هل تريد المتابعة؟ [ن/ل] ", "yes_no"],
  ["Kontynuować? ", "yes_no"],
  ["Devam etmek istiyor musunuz? ", "yes_no"],
  ["계속하시겠습니까? ", "yes_no"],
  ["Tryk på Enter for at fortsætte ", "confirm_enter"],
  ["Πατήστε Enter για συνέχεια ", "confirm_enter"],
  ["Devam etmek için bir tuşa basın ", "confirm_enter"],
  ["şifre: ", "password"],
  ["Mật khẩu: ", "password"],
  ["Slaptažodis: ", "password"],
] as const)("%p is %s", (text, kind) => {
  expect(read(text)).toMatchObject({ kind });
});

test.each([
  ["Choice [a]: ", "free_text"],
  ["Level (e): ", "free_text"],
  ["Names (list of files): ", "free_text"],
] as const)("%p is no question of yes and no", (text, kind) => {
  expect(read(text)).toMatchObject({ kind });
});

test("labels begin with an answer in any language, but not with a part of a word", () => {
  expect(meaningOfLabel("Да, продолжить")).toBe("yes");
  expect(meaningOfLabel("いいえ")).toBe("no");
  expect(meaningOfLabel("Abbrechen")).toBe("cancel");
  expect(meaningOfLabel("Non-interactive mode")).toBeNull();
  expect(meaningOfLabel("Da Nang")).toBeNull();
});

test.each([
  ["Keep or erase the data? [k/e] "],
  ["Backup first, or erase now? (b/e): "],
  ["Edit/Help [e/h]? "],
  ["Cancel or keep going? [c/k] "],
  ["Delete or nothing? [d/n]: "],
  ["Overwrite or name it anew? [o/n] "],
  ["Choose an action [k/e] "],
])("%p offers deeds: neither letter is a yes or a no", (text) => {
  const { kind, meanings } = read(text);
  expect([kind, meanings]).toEqual(["multiple_choice", [null, null]]);
});

test.each([
  ["Voulez-vous continuer, oui ou non ? [o/n] "],
  ["Wirklich löschen? Ja oder nein [j/n] "],
  ["Do you want to continue? [J/n] "],
  ["Haluatko jatkaa? [K/e] "],
  ["Chcete pokračovat? [a/n] "],
  ["Datei existiert, jetzt überschreiben? [j/n] "],
])("%p is a question of yes and no all the same", (text) => {
  expect(read(text)).toEqual({ kind: "yes_no", meanings: ["yes", "no"] });
});

test.each([["Sort order [s]: "], ["Output mode (o): "]])("%p is a field", (text) => {
  expect(read(text)).toMatchObject({ kind: "free_text" });
});

test.each([
  "Yes, remember this choice",
  "Yes, do not ask again",
  "Yes, permanently",
  "Yes, for this session",
  "Yes, every time",
  "Don't ask again",
])("%p is a lasting grant in any menu", (label) => {
  expect(meaningOfLabel(label)).toBe("always");
});

test.each(["No backup, delete now", "No confirmation", "No sandbox"])(
  "%p refuses nothing",
  (label) => {
    expect(meaningOfLabel(label)).toBeNull();
  },
);

test.each(["No", "No, keep it", "No thanks", "No (default)", "No - leave it", "No."])(
  "%p refuses",
  (label) => {
    expect(meaningOfLabel(label)).toBe("no");
  },
);
