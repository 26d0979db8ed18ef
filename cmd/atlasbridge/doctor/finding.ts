/** How checks say what they found, and how one mends what may be mended. */
import type { Finding, FindingGroup } from "../../../contracts/doctor.ts";
import type { Cli } from "../cli.ts";

/** What checks are given. */
export type Visit = {
  cli: Cli;
  /** Does what is safe to do, when it was asked for: then what is said afterwards is what it says. */
  mender: Mender;
};

export class Mender {
  readonly #isAsked: boolean;
  /** What was done. */
  readonly done: string[] = [];

  constructor(isAsked: boolean) {
    this.#isAsked = isAsked;
  }

  /** Returns whether it was done. Throws what `act` throws. */
  mend(what: string, act: () => void): boolean {
    if (!this.#isAsked) return false;
    act();
    this.done.push(what);
    return true;
  }
}

type Said = { name: string; detail: string };

/** What the checks of one group say. */
export function sayer(group: FindingGroup) {
  return {
    ok: (name: string, detail: string): Finding => ({
      ...{ group, name, status: "ok", detail, fix: null },
    }),
    warning: ({ name, detail }: Said, fix: string): Finding => ({
      ...{ group, name, status: "warning", detail, fix },
    }),
    failed: ({ name, detail }: Said, fix: string): Finding => ({
      ...{ group, name, status: "failed", detail, fix },
    }),
  };
}

export function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** As a word of a shell's line. */
export function shellWord(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
