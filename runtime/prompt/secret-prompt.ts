/** Prompts for a secret, by their words or because they ask once more for one. */
import { isLibraryLine, withoutLead } from "./line-prompt.ts";
import { type Reading, readingOf, type Scene } from "./reading.ts";
import { REPEAT_MARK, repeatAsk } from "./repeats.ts";
import { followsSecret, isSecretText, SECRET_CHARS_MAX, secretAsk } from "./secrets.ts";

/** A secret is asked for, with or without something behind the question: that is never handed on. */
export function recogniseSecret(scene: Scene): Reading | null {
  const ask = secretAsk(scene.line);
  if (ask !== null && ask.asked.length <= SECRET_CHARS_MAX) {
    return readingOf(scene, "password", { question: ask.asked.trim(), rule: `secret:${ask.rule}` });
  }
  const text = withoutLead(scene.line);
  const looksAsked =
    isLibraryLine(scene.line) || /[:：?？›‣>\])…]\s*[*•●]*$/u.test(text) || scene.region.hanging;
  if (!looksAsked || text.length > SECRET_CHARS_MAX) return null;
  if (!isSecretText(text)) return null;
  return readingOf(scene, "password", { rule: "secret:word" });
}

/** One word below a line that asks for a secret and holds nothing else: most likely the secret. */
export function recogniseSecretBelow(scene: Scene): Reading | null {
  const { region } = scene;
  const above = region.snapshot.lines[region.index - 1]?.text ?? "";
  const ask = secretAsk(above) ?? askedAgainAbove(scene, above);
  if (ask === null || ask.answer !== "" || region.hanging) return null;
  // A word with the mark of a prompt behind it is the next prompt: what was asked above left no trace.
  if (!/^\s*(?:[>:»›❯]\s*)?\S*[^\s>$#%?:»›❯]$/u.test(scene.line)) return null;
  return readingOf(scene, "password", {
    question: ask.asked.trim(),
    firstLine: region.index - 1,
    strength: "weak",
    rule: `secret:${ask.rule}`,
  });
}

function askedAgainAbove(scene: Scene, above: string): ReturnType<typeof repeatAsk> {
  return secretAskedAgain(scene, above, scene.region.index - 1) === null ? null : repeatAsk(above);
}

/** The question, without what was typed behind it; null where no secret is asked for again. */
export function secretAskedAgain(scene: Scene, text: string, index: number): string | null {
  const again = repeatAsk(text);
  if (again === null) return null;
  const rows = scene.region.snapshot.lines.slice(0, index).map((line) => line.text);
  return scene.afterSecret || followsSecret(rows, index) ? again.asked.trim() : null;
}

export function recogniseSecretAgain(scene: Scene): Reading | null {
  const { line, region } = scene;
  if (!REPEAT_MARK.test(line) && !isLibraryLine(line) && !region.hanging) return null;
  const question = secretAskedAgain(scene, line, region.index);
  if (question === null) return null;
  return readingOf(scene, "password", { question, rule: "secret:again" });
}
