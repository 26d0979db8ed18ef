/** What is known of an AI tool's own screens, as data: one folder a tool, read by one engine. Types only. */
import type { Subject } from "../../../contracts/prompt.ts";
import type { Announcement } from "../detected.ts";

/** How a part of the subject is found among the dialog's rows, which are without frame and trailing blanks. */
export type Part =
  /** The rows between the last two rules that match. */
  | { between: RegExp }
  /** From the last row that matches, without what matched, down to the next blank row. */
  | { after: RegExp }
  /** What stands in the last box within the dialog. */
  | { box: "inner" }
  /** The first group of the pattern that took part, in the last row that matches; a wrapped path is joined. */
  | { row: RegExp }
  /** A path: the rows below the heading, up to a rule or a blank row. */
  | { below: "heading" };

export type DialogRule = {
  /** Unique in its tool, such as `shell`. */
  id: string;
  /** A row of the dialog which only this sort has. */
  heading: RegExp;
  /** The row that asks, where it is not the paragraph right above the options. */
  question?: RegExp;
  /** What it asks, where that alone tells the sort when its heading stands above the screen. */
  foot?: RegExp;
  /** What is approved, and where it stands; absent: a question that approves nothing. */
  subject?: { type: Subject["type"] } & Partial<
    Record<"command" | "path" | "host" | "detail", Part>
  >;
  /** Whether the tool tells of this dialog out of band. */
  announced: "always" | "never";
  /** The dialog as drawn, with the highlight `❯`, `›` or `●`. */
  example: string;
  /** Looks like it and is not it. */
  counterExample: string;
};

export type ToolRules = {
  tool: string;
  /** The versions of which recordings were seen, such as `2.1`: others lower the confidence. */
  versions: readonly string[];
  /** Names of the packages that it is installed from; those for one platform add `-` and a suffix. */
  packages: readonly string[];
  /** Names by which it calls itself in `OSC 7501`. */
  apps: readonly string[];
  /** How its dialogs begin: below a rule across the screen, in a box, or with nothing but their heading. */
  edge: "rule" | "box" | "none";
  titles: readonly { pattern: RegExp; state: Announcement["state"] }[];
  /** Rows at the bottom which tell that it asks before it acts, or no longer does. */
  modes: readonly { pattern: RegExp; asks: "yes" | "no"; example: string }[];
  dialogs: readonly DialogRule[];
};

/** What a dialog is besides its question and options. */
export type DialogFacts = {
  /** The known tool that draws dialogs like it; null: known by its form alone. */
  tool: string | null;
  announced: DialogRule["announced"];
  subject: Subject | null;
  cut: boolean;
  /** What the numbers of its options do is not known; that Enter takes the highlighted one is said. */
  counts?: boolean;
  /** Something else on the screen was moving when it was seen. */
  besideMotion?: boolean;
  /** What it is about is not painted yet, or never will be. */
  unpainted?: boolean;
  refuseKey: string | null;
};

/** A flag, or one with a value: `--yolo`, `--approval-mode=yolo`, `-a never`. */
export type Given = { flag: string; value?: RegExp };

export type LaunchProfile = {
  tool: string;
  /** Each is put before the person's own arguments unless they gave one of its flags. */
  add: readonly { words: readonly string[]; unless: readonly string[] }[];
  /** The person's own words with which it does not ask, or not always. They are obeyed, and said aloud. */
  never: readonly Given[];
  /** Commands and flags with which it is not the tool at work: nothing is added. */
  commands: readonly string[];
  aside: readonly string[];
};
