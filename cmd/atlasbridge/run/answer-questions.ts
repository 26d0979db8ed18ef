/** Lets a running session be asked, over its socket, what it sees, and be given a person's answers. */
import { rmSync } from "node:fs";
import type { PromptId, SessionId } from "../../../contracts/ids.ts";
import type { OperatorReply, OperatorRequest, WaitingPrompt } from "../../../contracts/operator.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { listenFor } from "../../../runtime/operator/listen.ts";
import { socketPath } from "../../../runtime/operator/socket-file.ts";
import { type Detect, explain } from "../../../runtime/prompt/explain.ts";
import type { Fates } from "../../../runtime/session/fates.ts";
import type { Session } from "../../../runtime/session/session.ts";
import type { Tapped } from "../../../runtime/session/tap.ts";
import { steer, type Steered } from "./steer.ts";

type Asked = {
  id: SessionId;
  tool: string;
  label: string | null;
  sight: Tapped["sight"];
  /** As the session detects. */
  detect: Detect;
  fates: Fates;
  steered: Steered;
};

/** Until the session ends. Without a socket (the folder's path is too long, say) the session is as good as with one. */
export function answerQuestions(
  session: Session,
  { folder, ...asked }: Asked & { folder: string },
): void {
  const path = socketPath(folder, asked.id);
  const answer = (request: OperatorRequest): OperatorReply =>
    session.withhold(answerTo(request, session, asked));
  const socket = path === null ? null : listenFor(path, folder, answer);
  void session.ended.then(() => socket?.close());
}

/** Takes away the sockets of a session whose runtime was killed. */
export function forgetSocket(folder: string, id: string | null): void {
  if (id === null) return;
  for (const path of [socketPath(folder, id), socketPath(folder, id, "tty")]) {
    if (path !== null) rmSync(path, { force: true });
  }
}

function answerTo(request: OperatorRequest, session: Session, asked: Asked): OperatorReply {
  switch (request.ask) {
    case "explain":
      return explained(asked);
    case "prompt":
      return { reply: "prompt", prompt: waitingIn(session, asked) };
    case "reply":
      return given(session, asked, { ...request, value: request.value });
    case "deny":
      return given(session, asked, { ...request, value: null });
    case "outcome":
      return { reply: "outcome", ...asked.fates.of(request.prompt_id) };
    case "state":
    case "pause":
    case "resume":
    case "stop":
      return steer(request, asked.steered);
  }
}

function explained({ id, sight, detect }: Asked): OperatorReply {
  const seen = sight();
  if (seen === null) return { reply: "refused", why: "the tool has not started yet" };
  const explanation = explain(seen.snapshot, seen.evidence, detect);
  return { reply: "explained", session_id: id, at: systemClock.now(), explanation };
}

function waitingIn(session: Session, { id, tool, label, fates }: Asked): WaitingPrompt | null {
  const { asked } = session.answers;
  const escalated = asked === null ? null : fates.escalated(asked.id);
  // Not yet in the trace: nobody has been called.
  if (asked === null || escalated === null) return null;
  const { prompt } = asked;
  return {
    prompt_id: asked.id,
    fingerprint: prompt.fingerprint,
    session_id: id,
    tool,
    label,
    ...escalated,
    kind: prompt.kind,
    confidence: prompt.confidence,
    question: prompt.question,
    options: prompt.options.map((one) => ({ label: one.label, key: one.key })),
    default: prompt.default,
    subject: prompt.subject,
    cut: prompt.cut,
  };
}

function given(
  session: Session,
  { steered: { pause } }: Asked,
  {
    prompt_id: promptId,
    fingerprint,
    by = "cli",
    value,
  }: {
    prompt_id: PromptId;
    fingerprint: string;
    by?: "cli" | "console" | "dashboard" | undefined;
    value: string | null;
  },
): OperatorReply {
  if (pause.why !== null) return { reply: "refused", why: pause.why };
  const why = session.answers.give({ promptId, fingerprint, by, value });
  return why === null ? { reply: "accepted", prompt_id: promptId } : { reply: "refused", why };
}
