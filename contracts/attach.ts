/** What passes between a session and a terminal that is attached to it: small frames over the session's second socket. */
import * as z from "zod";
import { sessionId } from "./ids.ts";
import { limits } from "./limits.ts";

/** One byte in front of each frame, then its length in four bytes (big endian), then so many bytes. */
export const attachFrames = {
  /** From the terminal: the first frame, and JSON. */
  hello: 1,
  /** Keys, as they came. */
  keys: 2,
  /** JSON: its size now. */
  size: 3,
  /** It wants to be the one that writes. */
  take: 4,
  /** From the session: JSON, the first frame, or the last where it is refused. */
  welcome: 16,
  refused: 17,
  /** What brings an empty terminal of the size told before it to what the session shows. */
  screen: 18,
  /** What the tool writes from there on. */
  output: 19,
  /** JSON: the session's size, who writes, how many watch. */
  seats: 20,
  /** JSON: what is to stand in the title of who writes. */
  notice: 21,
  bell: 22,
  /** JSON: the tool has ended, and how. */
  ended: 23,
} as const;
export type AttachFrame = keyof typeof attachFrames;

const side = z.int().min(1).max(limits.screenColsMax);
export const attachSize = z.strictObject({ cols: side, rows: side });

/** `if_free`: to write unless somebody does; `take`: in any case; `watch`: never. */
export const attachPen = z.enum(["if_free", "take", "watch"]);
export type AttachPen = z.infer<typeof attachPen>;

export const attachHello = z.strictObject({
  version: z.literal(1),
  ...attachSize.shape,
  pen: attachPen,
  /** Which terminal it is, for those who see who writes. */
  who: z.string().max(limits.seatNameCharsMax),
});
export type AttachHello = z.infer<typeof attachHello>;

export const attachWelcome = z.strictObject({
  version: z.literal(1),
  session_id: sessionId,
  tool: z.string(),
  label: z.string().nullable(),
});
export type AttachWelcome = z.infer<typeof attachWelcome>;

/** `pen`: whose keys reach the tool; null: nobody's. `yours`: it is this terminal. */
export const attachSeats = z.strictObject({
  ...attachSize.shape,
  pen: z.string().nullable(),
  yours: z.boolean(),
  seats: z.int().min(0),
});
export type AttachSeats = z.infer<typeof attachSeats>;

export const attachRefused = z.strictObject({ why: z.string() });

/** `mention`: for a while; `line`: until it is taken back with null. */
export const attachNotice = z.strictObject({
  line: z.string().nullable().optional(),
  mention: z.string().optional(),
});
export type AttachNotice = z.infer<typeof attachNotice>;

/** `code`: what `run` would have ended with. */
export const attachEnded = z.strictObject({ code: z.int().min(0).max(255) });
