/** Attaches this terminal to a session until the session ends or the person leaves. */
import { constants as osConstants } from "node:os";
import type { AttachPen, AttachSeats, AttachWelcome } from "../../../contracts/attach.ts";
import { AtlasError, exitCodes } from "../../../contracts/errors.ts";
import type { SessionId } from "../../../contracts/ids.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock, type Timer } from "../../../runtime/clock.ts";
import { type Attached, attachOver } from "../../../runtime/operator/attached.ts";
import { socketPath } from "../../../runtime/operator/socket-file.ts";
import { openScreen, type Screen } from "../../../runtime/screen/screen.ts";
import type { Cli } from "../cli.ts";
import { type Guard, guardTerminal } from "../guard.ts";
import { leaveViewer } from "../sessions/replay/viewer.ts";
import { visible } from "../visible.ts";
import { type DetachKey, detachKey, detachKeyDefault } from "./detach-key.ts";
import { leavingUnseen } from "./leaving.ts";
import { ownName } from "./own-name.ts";
import { Watching } from "./watching.ts";
import { Writing } from "./writing.ts";

export type AttachTo = { pen: AttachPen; key?: DetachKey };

type End =
  | { how: "ended"; code: number }
  | { how: "left" }
  | { how: "signal"; name: NodeJS.Signals }
  | { how: "gone"; why: string | null };

/** Resolves with the exit code: the session's own where this terminal saw its end. */
export async function attachTo(cli: Cli, id: SessionId, { pen, key }: AttachTo): Promise<number> {
  if (!(process.stdin.isTTY && process.stdout.isTTY)) {
    const message = "attach needs a terminal at both ends; to read along use: sessions replay";
    throw new AtlasError("usage", message);
  }
  const attachment = new Attachment(cli, key ?? defaultKey(), pen);
  const path = socketPath(cli.paths.socketFolder, id, "tty") ?? "";
  const [cols, rows] = process.stdout.getWindowSize();
  const size = { cols: Math.max(cols, 1), rows: Math.max(rows, 1) };
  const hello = { version: 1, ...size, pen, who: ownName(cli) } as const;
  attachment.joined(await attachOver(path, hello, attachment.listener));
  const end = await attachment.over;
  return told(cli, { id, end, name: attachment.name });
}

function defaultKey(): DetachKey {
  const key = detachKey(detachKeyDefault);
  if (key === null) throw new Error("the default is a key");
  return key;
}

function told(cli: Cli, { id, end, name }: { id: SessionId; end: End; name: string }): number {
  switch (end.how) {
    case "ended":
      return end.code;
    case "left":
      cli.note(`left ${name}, which goes on; back: atlasbridge attach ${id.slice(-8)}`);
      return exitCodes.ok;
    case "signal":
      return 128 + (osConstants.signals[end.name] ?? 0);
    case "gone": {
      const why = end.why ?? "its process has died; the daemon or the next session records its end";
      throw new AtlasError("not_found", `${name}: ${why}`);
    }
  }
}

class Attachment {
  readonly #cli: Cli;
  readonly #key: DetachKey;
  readonly #pen: AttachPen;
  readonly #over = Promise.withResolvers<End>();
  #attached: Attached | null = null;
  #welcome: AttachWelcome | null = null;
  #patience: Timer | null = null;
  #seats: AttachSeats | null = null;
  #screen: Screen | null = null;
  /** `told`: what it would write. */
  #guard: { it: Guard; told: string } | null = null;
  #view: { as: "none" } | { as: "writing"; it: Writing } | { as: "watching"; it: Watching } = {
    as: "none",
  };

  constructor(cli: Cli, key: DetachKey, pen: AttachPen) {
    this.#cli = cli;
    this.#key = key;
    this.#pen = pen;
  }

  get over(): Promise<End> {
    return this.#over.promise;
  }

  get name(): string {
    const { tool = "the session", label = null } = this.#welcome ?? {};
    return visible(label === null ? tool : `${tool} (${label})`);
  }

  joined(attached: Attached): void {
    this.#attached = attached;
    const why = "it does not answer; it is too busy, or hangs";
    const silent = (): void => void this.#end({ how: "gone", why });
    this.#patience = systemClock.after(limits.seatWelcomeMs, silent);
    if (this.#welcome !== null) this.#patience.cancel();
  }

  readonly listener = {
    welcome: (welcome: AttachWelcome): void => {
      this.#welcome = welcome;
      this.#patience?.cancel();
    },
    seats: (seats: AttachSeats): void => {
      this.#seats = seats;
      this.#screen?.resize(seats);
      if (seats.yours === (this.#view.as === "writing") && this.#view.as !== "none") {
        if (this.#view.as === "watching") this.#view.it.changed();
      } else void this.#turn(seats.yours);
    },
    screen: (bytes: Uint8Array): void => this.#show(bytes),
    output: (bytes: Uint8Array): void => {
      this.#screen?.feed(bytes);
      this.#guardAgain();
      if (this.#view.as === "writing") this.#view.it.output(bytes);
      if (this.#view.as === "watching") this.#view.it.changed();
    },
    notice: ({
      line,
      mention,
    }: {
      line?: string | null | undefined;
      mention?: string | undefined;
    }) => {
      if (this.#view.as === "none") return;
      if (mention !== undefined) this.#view.it.mention(mention);
      if (line !== undefined && this.#view.as === "writing") this.#view.it.notice(line);
    },
    bell: (): void => {
      if (this.#view.as === "writing") this.#view.it.ring();
    },
    ended: (code: number): void => void this.#end({ how: "ended", code }),
    gone: (why: string | null): void => void this.#end({ how: "gone", why }),
  };

  #show(bytes: Uint8Array): void {
    const size = this.#seats ?? { cols: 80, rows: 24 };
    const isOther = this.#screen?.snapshot().alternate === true;
    this.#screen?.close();
    this.#screen = openScreen({ size, reply: () => undefined, answersQueries: false });
    this.#screen.feed(bytes);
    this.#guardAgain();
    if (this.#view.as === "writing") this.#view.it.screen(bytes, isOther);
    if (this.#view.as === "watching") this.#view.it.changed();
  }

  /** From watching to writing, or back; what comes meanwhile waits. */
  async #turn(writes: boolean): Promise<void> {
    const before = this.#view;
    this.#guard ??= { it: guardTerminal(""), told: "" };
    this.#view = writes ? { as: "writing", it: this.#writing() } : this.#watching();
    this.#guardAgain();
    if (before.as === "watching") before.it.close();
    if (before.as === "writing") {
      this.#attached?.pause();
      await before.it.close(false);
      this.#attached?.resume();
    }
    if (this.#view.as === "watching") this.#view.it.open();
    else if (this.#view.as === "writing") this.#open(this.#view.it);
  }

  /** What gives the terminal back, should this process be killed, follows what it shows. */
  #guardAgain(): void {
    if (this.#guard === null) return;
    const isOther = this.#screen?.isAlternate() === true;
    const told = this.#view.as === "watching" ? leaveViewer : leavingUnseen(isOther);
    if (this.#guard.told === told) return;
    this.#guard.told = told;
    this.#guard.it.leaving(told);
  }

  /** Where the shell has the terminal there is nothing to be given back. */
  #away(isAway: boolean): void {
    if (isAway) this.#guard?.it.release();
    this.#guard = isAway ? null : { it: guardTerminal(""), told: "" };
    this.#guardAgain();
  }

  #writing(): Writing {
    return new Writing({
      term: this.#cli.environment.variables["TERM"] ?? "",
      tool: this.#welcome?.tool ?? "",
      key: this.#key,
      greeting: `attached to ${this.name} · ${this.#key.name} leaves it running`,
      screen: () => this.#screen,
    });
  }

  #open(writing: Writing): void {
    writing.open({
      keys: (bytes) => this.#attached?.keys(bytes),
      resized: (size) => this.#attached?.resize(size),
      detached: () => void this.#end({ how: "left" }),
      gone: () => void this.#end({ how: "signal", name: "SIGHUP" }),
      signal: (name) => void this.#end({ how: "signal", name }),
      full: () => this.#attached?.pause(),
      room: () => this.#attached?.resume(),
    });
  }

  #watching(): { as: "watching"; it: Watching } {
    const it = new Watching(
      {
        name: this.name,
        key: this.#key,
        mayTake: this.#pen !== "watch",
        screen: () => this.#screen,
        seats: () => this.#seats,
      },
      {
        take: () => this.#attached?.take(),
        left: () => void this.#end({ how: "left" }),
        away: (isAway) => this.#away(isAway),
      },
    );
    return { as: "watching", it };
  }

  async #end(end: End): Promise<void> {
    const { as } = this.#view;
    if (as === "writing") await this.#view.it.close(end.how === "ended");
    else if (as === "watching") this.#view.it.close();
    this.#view = { as: "none" };
    this.#patience?.cancel();
    this.#guard?.it.release();
    this.#over.resolve(end);
    this.#attached?.close();
  }
}
