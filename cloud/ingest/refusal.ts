/** Why something was not taken: one problem of the closed list, with a sentence about this case. */
import {
  type Problem,
  type ProblemName,
  problemStatus,
  problemTitle,
  problemType,
} from "../../contracts/problem.ts";

export type RefusalMore = Partial<
  Pick<Problem, "expected_seq" | "seq" | "server_time" | "supported" | "bytes_max">
>;

export type Refusal = {
  ok: false;
  problem: ProblemName;
  /** No content, no secret, nothing quoted that was sent. */
  detail: string;
  more: RefusalMore;
};

export function refuse(problem: ProblemName, detail: string, more: RefusalMore = {}): Refusal {
  return { ok: false, problem, detail, more };
}

/** As it travels (RFC 9457). */
export function problemOf({ problem, detail, more }: Refusal, requestId: string): Problem {
  return {
    type: problemType(problem),
    title: problemTitle(problem),
    status: problemStatus(problem),
    detail,
    request_id: requestId,
    ...more,
  };
}
