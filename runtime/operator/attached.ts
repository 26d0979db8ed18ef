/** A terminal's side of being attached to a session: what the session shows, and keys for it. */
import type * as z from "zod";
import {
  attachEnded,
  type AttachHello,
  attachNotice,
  type AttachNotice,
  attachRefused,
  attachSeats,
  type AttachSeats,
  attachWelcome,
  type AttachWelcome,
} from "../../contracts/attach.ts";
import { AtlasError } from "../../contracts/errors.ts";
import type { PtySize } from "../pty/pty.ts";
import { assertAwake, assertOurs } from "./ask.ts";
import { FrameQueue } from "./frame-queue.ts";
import { type Frame, frameReader, jsonIn } from "./frames.ts";
import { verdictOn } from "./peer.ts";

export type AttachedListener = {
  welcome(welcome: AttachWelcome): void;
  seats(seats: AttachSeats): void;
  /** What brings an empty terminal of the session's size to what it shows. */
  screen(bytes: Uint8Array): void;
  output(bytes: Uint8Array): void;
  notice(notice: AttachNotice): void;
  bell(): void;
  /** The tool has ended; the session would have ended with this code. */
  ended(code: number): void;
  /** Nothing more comes: `why` where we were sent away, null where the session is gone without a word. */
  gone(why: string | null): void;
};

export type Attached = {
  keys(bytes: Uint8Array): void;
  resize(size: PtySize): void;
  /** To be the one that writes. */
  take(): void;
  /** What comes waits, until `resume`: our own terminal is slower. */
  pause(): void;
  resume(): void;
  close(): void;
};

/** A screen of the largest size with all its looks is below this. */
const frameBytesMax = 67_108_864;

/** Throws `not_found` where no session listens, `home_unusable` where another user could. */
export async function attachOver(
  path: string,
  hello: AttachHello,
  listener: AttachedListener,
): Promise<Attached> {
  assertOurs(path);
  const read = frameReader(frameBytesMax);
  let queue: FrameQueue | null = null;
  const told = toldOnce(listener);
  try {
    const socket = await Bun.connect({
      unix: path,
      socket: {
        data(one, bytes) {
          const frames = read(new Uint8Array(bytes));
          if (frames === null || !frames.every((frame) => take(frame, told))) one.terminate();
        },
        drain: () => queue?.flush(),
        close: () => told.gone(null),
        error: (one) => one.terminate(),
      },
    });
    try {
      assertOwn(socket, path);
      assertAwake(socket);
    } catch (error) {
      socket.terminate();
      throw error;
    }
    const out = new FrameQueue(socket);
    queue = out;
    out.say("hello", hello);
    return {
      keys: (bytes) => out.say("keys", bytes),
      resize: ({ cols, rows }) => out.say("size", { cols, rows }),
      take: () => out.say("take"),
      pause: () => socket.pause(),
      resume: () => socket.resume(),
      close: () => socket.end(),
    };
  } catch (error) {
    if (error instanceof AtlasError) throw error;
    const message = "the session cannot be attached to: it has ended, or is of another version";
    throw new AtlasError("not_found", message, { cause: error });
  }
}

function assertOwn(socket: object, path: string): void {
  if (verdictOn(socket) === "same user") return;
  throw new AtlasError("home_unusable", `another user listens at ${path}`);
}

/** Nothing follows an end. */
function toldOnce(listener: AttachedListener): AttachedListener {
  let isOver = false;
  const once = (tell: () => void): void => {
    if (isOver) return;
    isOver = true;
    tell();
  };
  return {
    ...listener,
    ended: (code) => once(() => listener.ended(code)),
    gone: (why) => once(() => listener.gone(why)),
  };
}

/** False for what no session of this version says. */
function take(frame: Frame, listener: AttachedListener): boolean {
  switch (frame.type) {
    case "welcome":
      return parsed(frame, attachWelcome, (one) => listener.welcome(one));
    case "refused":
      return parsed(frame, attachRefused, ({ why }) => listener.gone(why));
    case "seats":
      return parsed(frame, attachSeats, (one) => listener.seats(one));
    case "notice":
      return parsed(frame, attachNotice, (one) => listener.notice(one));
    case "ended":
      return parsed(frame, attachEnded, ({ code }) => listener.ended(code));
    case "screen":
      listener.screen(frame.payload);
      return true;
    case "output":
      listener.output(frame.payload);
      return true;
    case "bell":
      listener.bell();
      return true;
    default:
      return false;
  }
}

function parsed<T>(frame: Frame, schema: z.ZodType<T>, use: (value: T) => void): boolean {
  const value = schema.safeParse(jsonIn(frame));
  if (value.success) use(value.data);
  return value.success;
}
