/** What the lookout of a session needs from the session, and tells it. */
import type { PromptId } from "../../contracts/ids.ts";
import type { Clock } from "../clock.ts";
import type { Detection } from "../prompt/detected.ts";
import type { WaitEvidence } from "../prompt/evidence.ts";
import type { Screen } from "../screen/screen.ts";
import type { Snapshot } from "../screen/snapshot.ts";
import type { Sight } from "./state.ts";

export type LookoutOptions = {
  screen: Screen;
  clock: Clock;
  detect: (snapshot: Snapshot, evidence: WaitEvidence) => Detection;
  /** What the kernel and the line discipline say now. */
  evidence: (quietMs: number) => WaitEvidence;
  /** Output has come that is not on the screen yet: what is seen is out of date. */
  behind: () => boolean;
  /** The tool has written what has not come yet: by the time of a wait that was just seen it may be another question. */
  unread: () => boolean;
  newPromptId: () => PromptId;
  /** The person has typed without having sent it off. */
  personTyping: () => boolean;
  onSight: (sight: Sight) => void;
  /** What each look makes of the screen, except where nothing on it can be told at the moment. */
  onDetection?: (detection: Detection) => void;
};
