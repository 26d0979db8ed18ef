/** How what an agent sends is doing, in words. Pure. */
import type { cloud } from "../../cloud-api.ts";

export type Health = Awaited<ReturnType<typeof cloud.ingestion.health.query>>[number];

export const healthOf = (all: readonly Health[], agentId: string): Health | null =>
  all.find(({ agent_id }) => agent_id === agentId) ?? null;

export const concernTexts: Readonly<Record<Health["concerns"][number], string>> = {
  incident: "its trace contradicts what came before",
  refused: "what it sends is refused",
  skewed: "its clock is wrong",
  silent: "nothing has come for a day",
  late: "what comes was written long before",
};

/** `3 s`, `−2 min`. */
export function seconds(value: number | null): string {
  if (value === null) return "–";
  const size = Math.abs(value);
  const sign = value < 0 ? "−" : "";
  if (size < 120) return `${sign}${Math.round(size)} s`;
  if (size < 7_200) return `${sign}${Math.round(size / 60)} min`;
  if (size < 172_800) return `${sign}${Math.round(size / 3_600)} h`;
  return `${sign}${Math.round(size / 86_400)} d`;
}
