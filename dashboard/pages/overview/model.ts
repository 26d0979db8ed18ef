/** What the overview says in words of its numbers. Pure. */
import type { Bucket, OverviewView } from "../../../contracts/cloud-views.ts";
import { percent } from "../../parts/numbers.ts";

export const spans = [
  { key: "24h", text: "24 hours", hours: 24 },
  { key: "7d", text: "7 days", hours: 24 * 7 },
  { key: "30d", text: "30 days", hours: 24 * 30 },
  { key: "90d", text: "90 days", hours: 24 * 90 },
] as const;
export type Span = (typeof spans)[number];

export function spanOf(key: string | undefined): Span {
  return spans.find((one) => one.key === key) ?? spans[1];
}

/** So that a chart has a few dozen bars. */
export function bucketFor({ hours }: Span): Bucket {
  return hours <= 48 ? "hour" : "day";
}

/** The one sentence for whoever has no time. */
export function storyOf({ total, before }: OverviewView, { text }: Span): string {
  if (total.decisions === 0) return `Nothing was decided in the last ${text}.`;
  const policy = total.auto_replied + total.denied;
  const share = percent(policy / total.decisions);
  const people = percent(total.escalation_rate);
  const story = `Policy settled ${share} of ${total.decisions.toLocaleString()} decisions by itself; people were called for ${people} of prompts`;
  const [now, then] = [total.escalation_rate, before.escalation_rate];
  if (now === null || then === null) return `${story}.`;
  const points = Math.round((now - then) * 100);
  if (points === 0) return `${story}, as in the ${text} before.`;
  const way = points < 0 ? "less" : "more";
  return `${story}, ${Math.abs(points)} points ${way} than in the ${text} before.`;
}

const hour = new Intl.DateTimeFormat(undefined, { hour: "2-digit", minute: "2-digit" });
const day = new Intl.DateTimeFormat(undefined, { month: "short", day: "numeric" });

export function nameOf(bucket: Bucket): (at: number) => string {
  return (at) => (bucket === "hour" ? hour : day).format(at);
}
