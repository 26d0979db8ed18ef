/** Findings in the order in which somebody should look at them. */
import type { Finding } from "../../../contracts/doctor.ts";

type Judged = Pick<Finding, "status">;

const urgency = { failed: 0, warning: 1, ok: 2 } as const;

export function byUrgency<T extends Judged>(findings: readonly T[]): T[] {
  return findings.toSorted((a, b) => urgency[a.status] - urgency[b.status]);
}

export function summaryOf(findings: readonly Judged[]): string {
  const count = (status: Judged["status"]): number =>
    findings.filter((one) => one.status === status).length;
  const [failed, warned] = [count("failed"), count("warning")];
  if (failed + warned === 0) return `All ${findings.length} checks are fine`;
  const parts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(warned > 0 ? [`${warned} to look at`] : []),
  ];
  return `${parts.join(", ")}, ${count("ok")} fine`;
}
