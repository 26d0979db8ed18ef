/** Keys whose closing bracket stands alone behind the first letter, and texts that only look so. */
import { expect, test } from "bun:test";
import { detect } from "./detect.ts";
import { evidences, screenOf } from "./testing.ts";

function seen(text: string) {
  const detection = detect(screenOf(text), evidences.rawRead);
  if (detection.state !== "waiting") return detection.state;
  const { kind, options } = detection.prompt;
  return `${kind} ${options.map(({ key, label }) => `${key}=${label}`).join(" ")}`.trim();
}

test("they are options, in two rows as well; letters are typed as shown where their case counts", () => {
  const rows = "o)verwrite O)verwrite-all\ns)kip S)kip-all q)uit (oOsSq): ";
  expect(seen(`"a.txt" already exists.\n${rows}`)).toBe(
    "multiple_choice o=overwrite O=Overwrite-all s=skip S=Skip-all q=quit",
  );
  expect(seen("r)ename s)kip q)uit: ")).toBe("multiple_choice r=rename s=skip q=quit");
});

test("two of them, others words beside them, or the same twice are none", () => {
  for (const text of [
    "a)bove b)elow: ",
    "See a)bove b)elow n)ext for the name: ",
    "a)n a)s q)x: ",
  ]) {
    expect(seen(text)).not.toContain("=");
  }
});

test("letters in quotes that begin a word are keys; letters in quotes alone are none", () => {
  expect(seen("'f'ile/'d'ir/'s'ym? ")).toBe("multiple_choice f=file d=dir s=sym");
  expect(seen("Compare 'a' with 'b'? ")).not.toContain("=");
});
