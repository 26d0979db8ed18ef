/** The terminals that are attached to a session: all of them see it, one of them writes. */
import { rmSync } from "node:fs";
import {
  attachHello,
  type AttachNotice,
  type AttachSeats,
  attachSize,
  type AttachWelcome,
} from "../../contracts/attach.ts";
import { limits } from "../../contracts/limits.ts";
import type { Clock } from "../clock.ts";
import type { PtySize } from "../pty/pty.ts";
import { type Frame, jsonIn } from "./frames.ts";
import { forPersons, isGoverned } from "./governed.ts";
import { peerPid, verdictOn } from "./peer.ts";
import { Seat } from "./seat.ts";
import { prepareFolder } from "./socket-file.ts";

export type SeatsOptions = {
  clock: Clock;
  welcome: AttachWelcome;
  /** Of the session, now. */
  size: () => PtySize;
  /** The session runs in a terminal of its own, which alone writes: its name. */
  owner: string | null;
  /** The whole screen; null amid a sequence. */
  restore: (scrollback: number) => string | null;
  keys: (bytes: Uint8Array) => void;
  resized: (size: PtySize) => void;
};

/** How soon a screen that could not be written down is tried again, where the tool is silent amid a sequence. */
const againMs = 20;

export class Seats {
  readonly #options: SeatsOptions;
  readonly #seats = new Set<Seat>();
  #pen: Seat | null = null;
  /** Stands in the title of whoever writes. */
  #line: string | null = null;
  #close: () => void = () => undefined;

  constructor(options: SeatsOptions) {
    this.#options = options;
  }

  /** Whose keys reach the tool; null: nobody's. */
  get pen(): string | null {
    return this.#options.owner ?? this.#pen?.who ?? null;
  }

  get count(): number {
    return this.#seats.size;
  }

  /** Until `close`, without keeping the process alive. False where there can be no socket. */
  listen(path: string, folder: string): boolean {
    try {
      if (prepareFolder(folder) !== null) return false;
      const server = Bun.listen<Seat | null>({
        unix: path,
        socket: {
          open: (socket) => {
            socket.data = this.#opened(new Seat(socket), verdictOn(socket));
            if (socket.data !== null) socket.data.pid = peerPid(socket);
          },
          data: (socket, bytes) => this.#received(socket.data, new Uint8Array(bytes)),
          drain: (socket) => this.#drained(socket.data),
          close: (socket) => this.#left(socket.data),
          error: (socket) => socket.terminate(),
        },
      });
      server.unref();
      this.#close = () => {
        server.stop(true);
        rmSync(path, { force: true });
      };
      return true;
    } catch {
      return false;
    }
  }

  /** What the session's screen has taken. */
  output(bytes: Uint8Array): void {
    for (const seat of this.#seats) {
      if (seat.screen === "due") this.#show(seat);
      else seat.output(bytes);
    }
  }

  /** The session's terminal has another size now. */
  sized(): void {
    this.#tell();
  }

  notice(notice: AttachNotice): void {
    if (notice.line !== undefined) this.#line = notice.line;
    this.#pen?.say("notice", notice);
  }

  ring(): void {
    this.#pen?.say("bell");
  }

  /** Everybody has been told, or the time for that is over. */
  async ended(code: number): Promise<void> {
    const told = [...this.#seats].map((seat) => {
      seat.say("ended", { code });
      seat.end();
      return seat.drained();
    });
    if (told.length === 0) return;
    const over = Promise.withResolvers<void>();
    const timer = this.#options.clock.after(limits.seatFarewellMs, over.resolve);
    await Promise.race([Promise.all(told), over.promise]);
    timer.cancel();
  }

  close(): void {
    const close = this.#close;
    this.#close = () => undefined;
    close();
  }

  #opened(seat: Seat, verdict: ReturnType<typeof verdictOn>): Seat | null {
    const why =
      verdict !== "same user"
        ? "this session belongs to another user"
        : this.#seats.size >= limits.seatsMax
          ? `${limits.seatsMax} terminals are attached already`
          : null;
    if (why !== null) {
      seat.say("refused", { why });
      seat.end();
      return null;
    }
    this.#seats.add(seat);
    seat.patience = this.#options.clock.after(limits.seatHelloMs, () => seat.drop());
    return seat;
  }

  #received(seat: Seat | null, bytes: Uint8Array): void {
    if (seat === null) return;
    const frames = seat.read(bytes);
    if (frames === null) seat.drop();
    for (const frame of frames ?? []) this.#take(seat, frame);
  }

  #take(seat: Seat, frame: Frame): void {
    if (seat.hello === null) {
      this.#greet(seat, frame);
      return;
    }
    switch (frame.type) {
      case "keys":
        if (seat === this.#pen) this.#options.keys(frame.payload);
        return;
      case "size":
        this.#resize(seat, frame);
        return;
      case "take":
        this.#hand(seat);
        return;
      default:
        seat.drop();
    }
  }

  #greet(seat: Seat, frame: Frame): void {
    const hello = attachHello.safeParse(frame.type === "hello" ? jsonIn(frame) : null);
    if (!hello.success) {
      seat.say("refused", { why: "it is of another version" });
      seat.end();
      return;
    }
    seat.hello = hello.data;
    seat.patience?.cancel();
    seat.say("welcome", this.#options.welcome);
    const isTool = hello.data.pen !== "watch" && seat.pid !== null && isGoverned(seat.pid);
    if (isTool) {
      seat.say("refused", { why: forPersons });
      seat.end();
      return;
    }
    const { pen } = hello.data;
    const isFree = this.#pen === null && this.#options.owner === null;
    if (pen === "take" || (pen === "if_free" && isFree)) this.#hand(seat);
    else this.#join(seat);
  }

  /** Its keys are the session's from here on, and its size. */
  #hand(seat: Seat): void {
    if (this.#options.owner !== null) {
      seat.say("notice", { mention: "it runs in a terminal of its own, which alone writes" });
      if (seat.screen === "none") this.#join(seat);
      return;
    }
    // Who came to watch has not been looked at.
    if (seat === this.#pen || seat.hello === null || seat.hello.pen === "watch") return;
    this.#pen = seat;
    this.#fit(seat.hello);
    seat.again = false;
    this.#join(seat);
    if (this.#line !== null) seat.say("notice", { line: this.#line });
  }

  #join(seat: Seat): void {
    this.#tell();
    seat.screen = "due";
    this.#show(seat);
  }

  #resize(seat: Seat, frame: Frame): void {
    const size = attachSize.safeParse(jsonIn(frame));
    if (!size.success || seat.hello === null) return;
    seat.hello = { ...seat.hello, ...size.data };
    if (seat === this.#pen) this.#fit(size.data);
  }

  #fit({ cols, rows }: PtySize): void {
    const now = this.#options.size();
    if (now.cols !== cols || now.rows !== rows) this.#options.resized({ cols, rows });
  }

  #show(seat: Seat): void {
    const { clock, restore } = this.#options;
    const screen = restore(seat.again ? 0 : limits.seatScrollbackRowsMax);
    if (screen === null) {
      clock.after(againMs, () => {
        if (seat.screen === "due" && this.#seats.has(seat)) this.#show(seat);
      });
      return;
    }
    seat.screen = "shown";
    seat.again = true;
    seat.say("screen", new TextEncoder().encode(screen));
  }

  #drained(seat: Seat | null): void {
    seat?.flush();
    if (seat?.screen !== "behind" || seat.bytes > 0) return;
    seat.screen = "due";
    this.#show(seat);
  }

  #left(seat: Seat | null): void {
    if (seat === null || !this.#seats.delete(seat)) return;
    seat.closed();
    if (this.#pen === seat) this.#pen = null;
    this.#tell();
  }

  #tell(): void {
    const { size, owner } = this.#options;
    for (const seat of this.#seats) {
      if (seat.hello === null) continue;
      const told: AttachSeats = {
        ...size(),
        pen: this.pen,
        yours: owner === null && seat === this.#pen,
        seats: this.#seats.size,
      };
      seat.say("seats", told);
    }
  }
}
