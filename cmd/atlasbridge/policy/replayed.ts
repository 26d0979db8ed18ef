/** The trace's prompts decided again by a policy, with the counts and the disk that a session would have. */
import type { PastPromptView } from "../../../contracts/policy-tools.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { workspaceOf } from "../../../runtime/operator/workspaces.ts";
import { followPaths } from "../../../runtime/policy/follow.ts";
import type { PastPrompt } from "../../../runtime/policy/history.ts";
import { replay, type Replayed, type ReplayOptions } from "../../../runtime/policy/replay.ts";
import type { Recalled } from "../../../runtime/recording/recalled.ts";
import { ReplyCount } from "../../../runtime/session/replies.ts";
import type { TraceReader } from "../../../runtime/trace/sqlite-reader.ts";
import type { Cli } from "../cli.ts";
import { type Judged, policiesIn } from "./judged.ts";
import { past } from "./past.ts";
import { progressOutput } from "../layout.ts";
import { readingProgress } from "./reading-progress.ts";

export type ReplayedOptions = {
  environment?: string;
  /** Where the content of erased entries is looked for. */
  recalled?: Recalled;
};

export function* replayed(
  cli: Cli,
  trace: TraceReader,
  { judged, environment, recalled }: ReplayedOptions & { judged: Judged },
): Generator<Replayed> {
  const progress = readingProgress(progressOutput(cli), trace.head().seq);
  try {
    const query = { onEntry: progress.at, ...(recalled === undefined ? {} : { recalled }) };
    const events = past(trace, query);
    yield* replay(events, optionsFor(cli, judged, environment ?? null));
  } finally {
    progress.done();
  }
}

function optionsFor(cli: Cli, judged: Judged, environment: string | null): ReplayOptions {
  const { policy } = judged;
  const workspaces = { file: cli.paths.workspaceFile, now: systemClock.now() };
  return {
    policyIn: policiesIn(judged),
    environment,
    counter: (now) => new ReplyCount({ monotonicMs: now }),
    look: (prompt, cwd) => ({
      ...followPaths(prompt, { cwd, policy }),
      workspace: policy.usesWorkspace ? workspaceOf(cwd, workspaces) : null,
    }),
  };
}

export function viewPast({ id, session, at, data, prompt }: PastPrompt): PastPromptView {
  return {
    prompt_id: id,
    session_id: session.id,
    at,
    tool: session.tool,
    kind: data.prompt_kind,
    confidence: data.confidence,
    question: prompt?.question ?? null,
    subject: prompt?.subject?.type ?? null,
  };
}
