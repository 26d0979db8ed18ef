/** What is said of the recording of a session's terminal. */
import * as z from "zod";

/** Why a recording ends before its session: its size (`recording.bytes_max`), a full disk, or another fault of the disk. */
export const recordingCut = z.enum(["bytes_max", "disk_full", "failed"]);
export type RecordingCut = z.infer<typeof recordingCut>;
