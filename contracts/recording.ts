/** What is said of the recording of a session's terminal. */
import * as z from "zod";

/** Why a recording ends before its session: its size (`recording.bytes_max`), a full disk, or another fault of the disk. */
export const recordingCut = z.enum(["bytes_max", "disk_full", "failed"]);
export type RecordingCut = z.infer<typeof recordingCut>;

/**
 * How a session's recording stands to its trace. `as_recorded`: the file is the one that the trace names. `changed`: it
 * is not. `open`: it is still being written. `unattested`: the session died before the trace could name it. `removed`: the
 * trace names one that is not there (any more). `none`: none was made.
 */
export const recordingState = z.enum([
  "as_recorded",
  "changed",
  "open",
  "unattested",
  "removed",
  "none",
]);
export type RecordingState = z.infer<typeof recordingState>;

export const recordingView = z.strictObject({
  state: recordingState,
  /** Of the file, compressed; 0 where there is none. */
  bytes: z.int().min(0),
  /** Why it ends before its session; null where it does not, or nobody can say. */
  cut: recordingCut.nullable(),
});
export type RecordingView = z.infer<typeof recordingView>;
