/** Which prompt a policy is asked about: one given by options, one that the trace recorded, or one of a recording. */
import { existsSync } from "node:fs";
import { AtlasError } from "../../../contracts/errors.ts";
import type { Prompt } from "../../../contracts/prompt.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { readCase } from "../../../runtime/lab/case-files.ts";
import { momentsOf } from "../../../runtime/lab/moments.ts";
import { play } from "../../../runtime/lab/play.ts";
import { workspaceOf } from "../../../runtime/operator/workspaces.ts";
import { followPaths } from "../../../runtime/policy/follow.ts";
import type { LayeredFacts } from "../../../runtime/policy/layers.ts";
import { isThere, projectPlaces } from "../../../runtime/policy/project.ts";
import { detect } from "../../../runtime/prompt/detect.ts";
import { readRecording as readCastFile } from "../../../runtime/recording/read.ts";
import type { Cli } from "../cli.ts";
import { visible } from "../visible.ts";
import { type Asked, type AskedOptions, noReplies } from "./asked-prompt.ts";
import { promptFrom } from "./given.ts";
import type { Judged } from "./judged.ts";
import { pastGaps } from "./past.ts";
import { askedInTrace } from "./recorded.ts";

export type AskedRequest = {
  options: AskedOptions;
  /** Gives what stands on standard input; null when that is a terminal. */
  readInput: () => Promise<string | null>;
};

/** Throws `usage` or `not_found` where no such prompt is to be had. */
export async function readAsked(cli: Cli, { options, readInput }: AskedRequest): Promise<Asked> {
  checkTogether(options);
  if (options.recording !== undefined) return askedInRecording(options.recording, options);
  if (options.session !== undefined || options.prompt !== undefined) {
    return await askedInTrace(cli, options);
  }
  const question = options.question ?? (await readInput());
  if (question === null || question.trim() === "") {
    const message =
      "no question; give --question TEXT, write it to standard input, or name a recorded one with --session or --recording";
    throw new AtlasError("usage", message);
  }
  return {
    source: { from: "options" },
    prompt: promptFrom(question.trimEnd(), options),
    tool: options.tool ?? "claude",
    cwd: options.cwd ?? process.cwd(),
    tag: options.label ?? null,
    environment: options.environment ?? null,
    counts: noReplies,
    gaps: [],
  };
}

/** What a decision depends on. */
export function factsOf(cli: Cli, asked: Asked, { policy }: Judged): LayeredFacts {
  const { prompt, tool, cwd, tag, environment, counts } = asked;
  return {
    prompt,
    tool,
    cwd,
    tag,
    state: "waiting",
    environment,
    workspace: workspaceOf(cwd, { file: cli.paths.workspaceFile, now: systemClock.now() }),
    ...counts,
    ...followPaths(prompt, { cwd, policy }),
  };
}

/** What is not known of the prompt and could make a difference under this policy. */
export function gapsOf(cli: Cli, asked: Asked, { policy, layers }: Judged): string[] {
  const { gaps, source, prompt, environment, cwd } = asked;
  const known = [...gaps, ...(layers.length === 0 ? otherLayers(cli, cwd) : [])];
  if (source.from !== "trace") return known;
  return [...known, ...pastGaps(policy, { subject: prompt.subject !== null, environment })];
}

/** A session is decided by these together with the user's, and here one file was named. */
function otherLayers({ paths }: Cli, cwd: string): string[] {
  const project = cwd.startsWith("/") ? projectPlaces(cwd).map(({ file }) => file) : [];
  const others = [...(paths.adminPolicyFile === null ? [] : [paths.adminPolicyFile]), ...project];
  return others
    .filter(isThere)
    .map(
      (file) => `only the named policy was asked, and ${file} decides too: name none to ask all`,
    );
}

/** All of standard input; null when a person would have to type it. */
export async function readTerminalInput(): Promise<string | null> {
  return process.stdin.isTTY === true ? null : await Bun.stdin.text();
}

const ofPrompt = [
  "question",
  "context",
  "kind",
  "options",
  "command",
  "path",
  "host",
  "subject",
] as const;

function checkTogether(options: AskedOptions): void {
  const { session, prompt, recording } = options;
  if (recording !== undefined && session !== undefined) {
    throw new AtlasError("usage", "--recording and --session name two prompts; give one of them");
  }
  const recorded = recording ?? session ?? prompt;
  const given = ofPrompt.find((name) => options[name] !== undefined);
  if (recorded === undefined || given === undefined) return;
  const message = `--${given} describes a prompt, and a recorded one is named; give one of them`;
  throw new AtlasError("usage", message);
}

function askedInRecording(file: string, options: AskedOptions): Asked {
  const { recording, tool } = readRecording(file);
  const found: { ms: number; prompt: Prompt }[] = [];
  play(recording, momentsOf(recording), {
    look: ({ ms, snapshot, evidence }) => {
      const detection = detect(snapshot, evidence);
      if (detection.state === "waiting") found.push({ ms, prompt: detection.prompt });
    },
  });
  const at = found.length === 1 && options.prompt === undefined ? 1 : Number(options.prompt);
  const chosen = found[at - 1];
  if (chosen === undefined) throw sayWhich(file, options, found);
  return {
    source: { from: "recording", file, at_ms: Math.round(chosen.ms) },
    prompt: chosen.prompt,
    tool: options.tool ?? tool ?? "unknown",
    cwd: options.cwd ?? process.cwd(),
    tag: options.label ?? null,
    environment: options.environment ?? null,
    counts: noReplies,
    gaps:
      options.tool === undefined && tool === null
        ? ["the recording does not say which tool it is of: give --tool NAME"]
        : [],
  };
}

/** With the tool's name from the expectations beside it, where there are any. */
function readRecording(file: string) {
  const beside = file.replace(/\.cast$/, ".json");
  if (beside !== file && existsSync(beside)) {
    const { recording, expected } = readCase("", file);
    return { recording, tool: expected.tool };
  }
  return { recording: readCastFile(file, visible(file)), tool: null };
}

function sayWhich(
  file: string,
  { prompt }: AskedOptions,
  found: readonly { prompt: Prompt }[],
): AtlasError {
  if (found.length === 0) {
    const message = `nothing is asked in ${visible(file)}; "atlasbridge detect explain --file" says why`;
    return new AtlasError("not_found", message);
  }
  const list = found
    .slice(0, 9)
    .map((one, at) => `${at + 1}: ${lastLine(one.prompt.question)}`)
    .join(", ");
  const which = prompt === undefined ? "which" : `there is no prompt ${visible(prompt)}; which`;
  const more = found.length > 9 ? ", …" : "";
  return new AtlasError("usage", `${which} is meant? give --prompt with a number: ${list}${more}`);
}

function lastLine(question: string): string {
  return visible(question.trim().split("\n").at(-1)?.slice(0, 40) ?? "");
}
