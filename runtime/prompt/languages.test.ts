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
