/** The recognisers in the order in which they are asked: what is surest, and what would be mistaken later, first. */
import { recogniseArrowList, recogniseFinder, recogniseToggle } from "./arrow-list.ts";
import { withDrawnFrames } from "./ascii-frames.ts";
import { impliedOptions, recogniseChoices, recogniseLoneAnswer } from "./choice-prompt.ts";
import { recogniseDialogBox } from "./dialog-box.ts";
import { recogniseFootKeys } from "./foot-keys.ts";
import { recogniseEditor, recogniseReader } from "./full-screen.ts";
import { isInputBox } from "./input-box.ts";
import { meaningOf } from "./languages.ts";
import {
  isLibraryLine,
  recogniseCommandLine,
  recogniseField,
  recogniseImpliedYesNo,
  recogniseLibraryField,
  recogniseLineEditor,
  recogniseOpenField,
  recognisePager,
  recognisePrefilledField,
  recognisePress,
  recogniseStatusPager,
  recogniseTypedCommand,
  recogniseTypedWord,
} from "./line-prompt.ts";
import { recogniseKeyList } from "./key-list.ts";
import { paintedScene, recognisePainted } from "./painted-cursor.ts";
import { recogniseEither, recogniseKeyMenu } from "./key-menu.ts";
import { recogniseList } from "./list-prompt.ts";
import { type Reading, type Recogniser, readingOf, type Scene, TAIL_CHARS_MAX } from "./reading.ts";
import { textAbove } from "./region.ts";
import { recogniseDialogForm, recognisePanel } from "./tools/dialog.ts";
import { isAnswered, isSecretText } from "./secrets.ts";
import {
  recogniseSecret,
  recogniseSecretAgain,
  recogniseSecretBelow,
  secretAskedAgain,
} from "./secret-prompt.ts";
import { recogniseRowMenu, recogniseSetOffList } from "./set-off-list.ts";

/** By name, in the order in which they are asked. */
type Rules = Readonly<Record<string, Recogniser>>;

/** Known by how they are drawn around the cursor, whatever its own line says. */
const drawn: Rules = {
  "dialog-box": recogniseDialogBox,
  "foot-keys": recogniseFootKeys,
  pager: recognisePager,
  finder: recogniseFinder,
  "dialog-form": recogniseDialogForm,
  "arrow-list": recogniseArrowList,
  toggle: recogniseToggle,
  "set-off-list": recogniseSetOffList,
  "row-menu": recogniseRowMenu,
  framed: recogniseFramed,
};

/** Known by the line that asks. */
const written: Rules = {
  "typed-command": recogniseTypedCommand,
  "key-list": recogniseKeyList,
  "key-menu": recogniseKeyMenu,
  list: recogniseList,
  "bare-line": recogniseBareLine,
  "offered-line": recogniseOfferedLine,
  "noted-choices": recogniseNotedChoices,
  "typed-word": recogniseTypedWord,
  choices: recogniseChoices,
  press: recognisePress,
  "lone-answer": recogniseLoneAnswer,
  secret: recogniseSecret,
  "secret-again": recogniseSecretAgain,
  either: recogniseEither,
  "secret-below": recogniseSecretBelow,
  "implied-yes-no": recogniseImpliedYesNo,
  editor: recogniseEditor,
  "library-field": recogniseLibraryField,
  "command-line": recogniseCommandLine,
  field: recogniseField,
  "status-pager": recogniseStatusPager,
  reader: recogniseReader,
  "prefilled-field": recognisePrefilledField,
  "line-editor": recogniseLineEditor,
  panel: recognisePanel,
  "open-field": recogniseOpenField,
};

/** What may stand in the line above one that holds only a mark: questions that show what they take. */
const aboveBare: Rules = {
  "key-list": recogniseKeyList,
  "key-menu": recogniseKeyMenu,
  choices: recogniseChoices,
  "lone-answer": recogniseLoneAnswer,
  secret: recogniseSecret,
  "secret-again": recogniseSecretAgain,
  "implied-yes-no": recogniseImpliedYesNo,
  field: recogniseField,
};

/** What an empty box may belong to. */
const aboveBox: Rules = {
  finder: recogniseFinder,
  "command-line": recogniseCommandLine,
  box: (scene) =>
    readingOf(scene, "free_text", { strength: "weak", rule: "command-line:box", dialog: true }),
};

/** `>>>` belongs to a line editor, unless the terminal edits the line itself; `[no] ` may stand before it. */
const INSTALLER_LINE = /^\s{0,4}(?:(\[[^[\]]{1,60}\])?\s*>>>|(\[(?:[^[\]/|,]|\B\/){1,60}\]))\s*$/;

/** What a line without a question adds to the one above it: nothing, or a default; null where it asks itself. */
function bareLine(scene: Scene): string | null {
  if (/^\s{0,8}(?:>|=>|->|»|›|:|\?)\s*$/u.test(scene.line)) return "";
  const found = scene.termios?.canonical === true ? INSTALLER_LINE.exec(scene.line) : null;
  return found === null ? null : (found[1] ?? found[2] ?? "");
}

/** `Continue? (yes/no) [no]:` and then `> ` on a line of its own. */
function recogniseBareLine(scene: Scene): Reading | null {
  const { region } = scene;
  const added = bareLine(scene);
  if (added === null || region.hanging) return null;
  const above = textAbove(region, region.index, 2);
  const text = region.snapshot.lines[above]?.text ?? "";
  const tail = `${text.slice(-TAIL_CHARS_MAX)} ${added} `.trimEnd() + " ";
  const shifted = { ...scene, region: { ...region, index: above, before: tail }, line: text, tail };
  const asks = /[:?？\])]\s*$/u.test(text);
  const reading = asks ? firstReading(aboveBare, shifted) : recogniseUnmarked(shifted);
  if (reading !== null) return { ...reading, lastLine: region.index };
  return added === "" || isAnswered(text)
    ? null
    : readingOf(scene, "free_text", defaultAlone(text, above, added));
}

/** What a hint of a line editor names, between its question and the line that is edited. */
const EDITOR_HINT = /\b(?:tab|enter|return|arrow|ctrl)\b/iu;
const OFFERED_ROWS_MAX = 4;

/** A question, a row that says which keys there are, and `> value`: the value may be changed or taken. */
function recogniseOfferedLine(scene: Scene): Reading | null {
  const { region } = scene;
  const value = /^\s{0,4}>\s(\S.{0,79})$/u.exec(scene.line)?.[1];
  const rows = region.snapshot.lines.map(({ text }) => text.trimEnd());
  if (value === undefined || region.hanging || scene.termios?.canonical !== false) return null;
  if (!EDITOR_HINT.test(rows[region.index - 1] ?? "")) return null;
  const from = Math.max(0, region.index - OFFERED_ROWS_MAX);
  const at = rows.slice(from, region.index).findLastIndex((text) => /[?？]$/u.test(text));
  if (at < 0) return null;
  const question = (rows[from + at] ?? "").trim();
  const kind = meaningOf(value) === null ? "free_text" : "yes_no";
  const offered = { question, firstLine: from + at, default: value, prefilled: value };
  const options = kind === "yes_no" ? impliedOptions() : [];
  return readingOf(scene, kind, { ...offered, options, strength: "weak", rule: "field:offered" });
}

const NOTED_CHARS_MAX = 120;

/** `Change the profile? [N/y/f]` and a line in brackets that only explains it. */
function recogniseNotedChoices(scene: Scene): Reading | null {
  const { region } = scene;
  if (region.hanging || !/^\s*\([^()]{8,200}\)\s*$/u.test(scene.line)) return null;
  const text = region.snapshot.lines[region.index - 1]?.text ?? "";
  if (!/[?？]\s{0,3}[[(][^\])]{1,80}[\])]\s?$/u.test(text.slice(-NOTED_CHARS_MAX))) return null;
  const tail = `${text.slice(-TAIL_CHARS_MAX).trimEnd()} `;
  const above = { ...region, index: region.index - 1, before: tail, after: "" };
  const reading = recogniseChoices({ ...scene, region: above, line: text, tail });
  return reading === null ? null : { ...reading, strength: "plain", lastLine: region.index };
}

/** A line above the mark that does not end as questions do: still one where it says which keys mean yes and no. */
function recogniseUnmarked(scene: Scene): Reading | null {
  const listed = recogniseKeyList(scene);
  return listed?.kind === "yes_no" ? listed : recognisePress(scene);
}

/** `Install to:` and then `[/opt/tool] >>> `: a field whose default has a line of its own. */
function defaultAlone(question: string, firstLine: number, bracketed: string) {
  const fallback = bracketed.slice(1, -1).trim();
  return { question: question.trim(), firstLine, default: fallback, rule: "field:default-alone" };
}

/** A field in a frame of rules: its title stands above the cursor, after the mark of the active step. */
function recogniseFramed(scene: Scene): Reading | null {
  const { region } = scene;
  if (scene.termios?.canonical !== false || !/^\s*[│┃└╰]/u.test(scene.line)) return null;
  for (let index = region.index - 1; index >= Math.max(0, region.index - 12); index -= 1) {
    const title = /^\s*[◆▲■]\s+(\S.*)$/u.exec(region.snapshot.lines[index]?.text ?? "")?.[1];
    if (title === undefined) continue;
    const isSecret = isSecretText(title) || secretAskedAgain(scene, title, index) !== null;
    const kind = isSecret ? "password" : "free_text";
    const parts = { question: title.trim(), firstLine: index, dialog: true };
    return readingOf(scene, kind, { ...parts, rule: "field:framed" });
  }
  return null;
}

/** A tick before the text: a question that was answered, or a step that was done. */
const DONE_LINE = /^\s*[✔✓√]\s/u;

function firstReading(rules: Rules, scene: Scene): Reading | null {
  for (const [rule, recogniser] of Object.entries(rules)) {
    const reading = recogniser(scene);
    scene.told?.({ step: "tried", rule, reading });
    if (reading !== null) return reading;
  }
  return null;
}

export function recognise(scene: Scene): Reading | null {
  if (scene.region.index < 0) return recogniseDialogForm(scene);
  // Whatever list stands above an empty input box is the transcript's, and may imitate a menu.
  if (isInputBox(scene)) return firstReading(aboveBox, scene);
  return firstReading(drawn, withFrames(scene)) ?? recogniseWritten(scene);
}

/** Frames of `+`, `-` and `|` are as good as others, where they are drawn by a program that reads keys. */
function withFrames(scene: Scene): Scene {
  const { region, termios } = scene;
  const snapshot = termios?.canonical === false ? withDrawnFrames(region.snapshot) : null;
  return snapshot === null ? scene : { ...scene, region: { ...region, snapshot } };
}

/** By the line at the terminal's cursor, at a painted one, or at the foot of a full screen. */
function recogniseWritten(scene: Scene): Reading | null {
  const own = DONE_LINE.test(scene.line) ? null : firstReading(written, scene);
  if (own !== null && own.strength !== "weak" && !scene.region.hanging) return own;
  const painted = paintedScene(scene);
  if (painted === null) return own ?? recogniseFooter(scene);
  const asked = isLibraryLine(painted.line) ? firstReading(written, painted) : null;
  return asked ?? recognisePainted(painted) ?? own;
}

/** On a screen of its own a program may ask in the last rows, and leave the cursor where it was. */
function recogniseFooter(scene: Scene): Reading | null {
  const { snapshot, index } = scene.region;
  const last = snapshot.lines.findLastIndex(({ text }) => text.trim() !== "");
  if (!snapshot.alternate || scene.termios?.canonical !== false || last <= index) return null;
  const text = snapshot.lines[last]?.text ?? "";
  const region = { ...scene.region, index: last, before: `${text} `, after: "", hanging: false };
  const moved = { ...scene, region, line: text, tail: `${text} `.slice(-TAIL_CHARS_MAX) };
  const reading = recogniseChoices(moved) ?? recogniseImpliedYesNo(moved);
  return reading === null ? null : { ...reading, strength: "plain", dialog: true };
}
