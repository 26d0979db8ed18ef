/** What is said of a session's recording, in words. */
import type { RecordingCut, RecordingState, RecordingView } from "../../../contracts/recording.ts";
import { size } from "../layout.ts";

const states: Readonly<Record<RecordingState, string>> = {
  as_recorded: "as the trace names it",
  changed: "NOT the one that the trace names: it was changed afterwards",
  open: "still being written",
  unattested:
    "the session died before the trace could name it: nobody can tell whether it is whole",
  removed: "no: there was one, and it is not there any more",
  none: "no",
};

const cuts: Readonly<Record<RecordingCut, string>> = {
  bytes_max: "it ends early: recording.bytes_max was reached",
  disk_full: "it ends early: the disk was full",
  failed: "it ends early: it could not be written",
};

/** `12.3 kB, as the trace names it`. */
export function recordingText({ state, bytes, cut }: RecordingView): string {
  const much = bytes > 0 ? `${size(bytes)}, ` : "";
  return `${much}${states[state]}${cut === null ? "" : `; ${cuts[cut]}`}`;
}
