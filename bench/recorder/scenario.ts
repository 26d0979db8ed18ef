/** What a scenario says: which real program to run, what it will ask, and what a person answers. Types only. */
import type { ExpectedPrompt } from "../../runtime/lab/case.ts";

/** One question, as the author knows it from the program's manual and source, never from our detector. */
export type Ask = Pick<ExpectedPrompt, "kind"> & {
  /** Text that is on the screen when it is asked; also the expected question unless `question` says otherwise. */
  on: string;
  question?: string;
  /** `y n`: keys that are their own labels; `y=Yes n=No`; `=Red =Blue` for what only the highlight reaches. */
  options?: string;
  default?: string;
  /** A key acts at once. */
  single?: boolean;
  /** What is typed. Enter (`\r`) is written out. */
  send: string;
  /** The answer is a secret: it is typed, but not written down. */
  secret?: true;
  or?: ExpectedPrompt["or_kinds"];
  /** Something else on the screen goes on moving while it is asked. */
  restless?: true;
  /** It waits, but policy may not type into it. */
  hands_off?: true;
  subject?: ExpectedPrompt["subject"];
};

export type Scenario = {
  name: string;
  /** The program that asks. */
  program: string;
  /** Prints its version; the first line counts. */
  version?: string;
  /** A line for `sh -c`; the program is best started by `exec`. */
  run: string;
  /** A line for `bash -c`, run in the empty folder before. */
  setup?: string;
  env?: Readonly<Record<string, string>>;
  cols?: number;
  rows?: number;
  /** Debian packages that it needs. */
  apt?: readonly string[];
  /** Packages of npm at their exact versions, installed beside the empty folder: `prompts@2.4.2`. */
  npm?: readonly string[];
  /** Written into the empty folder before `setup`: a script that calls a library, by its name. */
  files?: Readonly<Record<string, string>>;
  asks?: readonly Ask[];
  /** Nobody asks anything all along: what could be mistaken. */
  never?: string;
  /** Ends the program after this time when nothing else does; a scenario that never asks runs for at most this long. */
  forMs?: number;
};
