/** The options of `atlasbridge run`, as the command line gives them. */
import type { AutonomyMode } from "../../../contracts/policy.ts";
import type { ConfirmKey } from "../../../runtime/session/confirm-key.ts";

export type RunOptions = {
  policy?: string;
  pinPolicy?: boolean;
  policyHash?: string;
  mode?: AutonomyMode;
  confirmKey: ConfirmKey;
  label?: string;
  /** In the background, nobody attached. */
  detach?: boolean;
  /** In the background, this terminal attached. */
  keep?: boolean;
  /** What `environment` in rules compares. */
  environment?: string;
  events?: string;
  headless?: boolean;
  /** False with `--no-recording`: nothing of what the terminal shows is kept. */
  recording: boolean;
  record?: string;
  redact?: boolean;
  /** A known tool is started without the flags that make it ask. */
  asIs?: boolean;
  pty: "native" | "bun-pty";
  kernelEvidence: "on" | "off";
};
