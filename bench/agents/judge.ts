/** Holds what happened in a trial against what had to happen; each fault is a line. Pure. */
import * as z from "zod";
import type { Expected, Trial } from "./plan.ts";
import type { Facts, Told } from "./run.ts";

const asked = z.object({ command: z.string().nullable(), path: z.string().nullable() });

export type Verdict = {
  faults: string[];
  /** From the last byte of each dialog to the record of its keystroke. */
  latenciesMs: number[];
};

type Judged = Pick<Trial, "mode" | "outcome" | "mayAsk">;

export function judgeTrial(trial: Judged, facts: Facts): Verdict {
  const own = ownEntries(facts.entries, trial.mayAsk);
  const injected = own.filter(({ kind }) => kind === "reply.injected");
  const faults = [
    ...(facts.outcome === trial.outcome ? [] : [`it was ${facts.outcome}`]),
    ...promptFaults({ ...facts, entries: own }, trial),
    ...keyFaults(trial, facts, injected),
    ...orderFaults(facts.entries),
    ...effectFaults(facts, injected),
  ];
  return { faults, latenciesMs: injected.map(({ data }) => Number(data["latency_ms"])) };
}

/** Each prompt that was really asked, once, with its subject exactly; and no other. */
function promptFaults({ entries, expected }: Facts, { mode }: Judged): string[] {
  const seen = entries.filter(({ kind }) => kind === "prompt.detected");
  const faults = expected.flatMap((one, at) => {
    const prompt = seen[at];
    return prompt === undefined ? [`prompt ${at + 1} not seen`] : subjectFaults(prompt, one);
  });
  const more = seen.slice(expected.length);
  if (more.length > 0) {
    const what = more.map(({ data }) => String(data["prompt_kind"])).join(", ");
    faults.push(`${more.length} prompts that are none (${what})`);
  }
  const wanted = {
    approve: "auto_reply",
    answer: "auto_reply",
    deny: "deny",
    escalate: "require_human",
  };
  const actions = entries
    .filter(({ kind }) => kind === "decision.made")
    .slice(0, expected.length)
    .map(({ data }) => String(data["action"]));
  const other = actions.filter((action) => action !== wanted[mode]);
  return [...faults, ...other.map((action) => `decided ${action}`)];
}

/** Without what belongs to a question that the tool itself asks besides. */
function ownEntries(entries: readonly Told[], words: string | undefined): Told[] {
  const besides = entries
    .filter(({ content }) => words !== undefined && JSON.stringify(content).includes(words))
    .map(({ data }) => data["prompt_id"]);
  return entries.filter(({ data }) => !besides.includes(data["prompt_id"] ?? ""));
}

function subjectFaults({ data, content }: Told, { command, path, question }: Expected): string[] {
  const subject = asked.safeParse(content?.["subject"]).data;
  const shown = (name: "command" | "path"): string => subject?.[name] ?? "";
  const faults = data["cut"] === true ? ["cut"] : [];
  if (command !== undefined && shown("command") !== command) {
    faults.push(`command ${JSON.stringify(shown("command"))}`);
  }
  if (path !== undefined && !`/${shown("path")}`.endsWith(`/${path}`)) {
    faults.push(`path ${JSON.stringify(shown("path"))}`);
  }
  const words = JSON.stringify(content?.["question"] ?? "");
  if (question !== undefined && !words.includes(question)) {
    faults.push(`question ${words}`);
  }
  return faults;
}

/** What reached the tool is what was recorded, byte for byte: nothing more, nothing else, ESC alone for a denial. */
function keyFaults({ mode }: Judged, { keys, expected, entries }: Facts, injected: Told[]) {
  const typed = keys?.join("") ?? "";
  const all = entries.filter(({ kind }) => kind === "reply.injected");
  const recorded = all.reduce((sum, { data }) => sum + Number(data["bytes"]), 0);
  const isSteered = all.some(({ data }) => data["steered"] === true);
  const faults: string[] = [];
  const isWrong = isSteered ? typed.length > recorded : typed.length !== recorded;
  // What a person types into a prompt is in the recording as well: then the entries tell all that is known.
  if (keys !== null && isWrong && !entries.some(isPersons)) {
    faults.push(`${recorded} bytes recorded, ${JSON.stringify(typed)} typed`);
  }
  const wanted = mode === "escalate" ? 0 : expected.length;
  if (injected.length !== wanted) faults.push(`${injected.length} replies`);
  if (mode === "deny" && typed !== "" && typed !== "\u001b") {
    faults.push(`denied by ${JSON.stringify(typed)}`);
  }
  return faults;
}

function isPersons({ kind, data }: Told): boolean {
  return kind === "reply.received" && data["by"] === "terminal";
}

/** For each reply: detected, then decided, then recorded, and closed as answered. */
function orderFaults(entries: readonly Told[]): string[] {
  const injected = entries.filter(({ kind }) => kind === "reply.injected");
  return injected.flatMap(({ seq, data }) => {
    const of = entries.filter((one) => one.data["prompt_id"] === data["prompt_id"]);
    const at = (kind: string): number => of.find((one) => one.kind === kind)?.seq ?? 0;
    const closed = of.find(({ kind }) => kind === "prompt.closed")?.data["outcome"];
    const isOrdered =
      at("prompt.detected") > 0 &&
      at("prompt.detected") < at("decision.made") &&
      at("decision.made") < seq;
    return [
      ...(isOrdered ? [] : ["entries out of order"]),
      ...(closed === "answered" || closed === "denied" ? [] : [`closed as ${String(closed)}`]),
    ];
  });
}

/** What was approved happened after the record of its keystroke, by the file system's clock. */
function effectFaults({ effectMs }: Facts, injected: readonly Told[]): string[] {
  const first = injected[0]?.at;
  if (effectMs === null || (first !== undefined && effectMs >= first - 1)) return [];
  return ["the effect came before the record"];
}
