/** Every command that the documents show is run, page by page in a fresh home, with the built programs. */
import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, mkdirSync, symlinkSync } from "node:fs";
import { dirname, join } from "node:path";
import * as z from "zod";
import { blocksOf, type Block, isCommand, pagesIn } from "./doc-blocks.ts";
import { DocCloud } from "./doc-cloud.ts";
import { piped, pipedProgram } from "./start.ts";
import { until } from "./until.ts";
import { World } from "./world.ts";

const root = dirname(dirname(import.meta.dir));
const pages = pagesIn(root);
const blocks = pages.flatMap((page) => blocksOf(root, page));
const run = blocks.filter(({ kind }) => kind === "run");

const where = ({ page, line }: Block): string => `${page}:${line}`;

describe("what a page shows as a command", () => {
  test("is run here, or its block names the test that does it", () => {
    const faults = blocks.flatMap((block) => {
      if (block.kind === "shown") {
        // Made from the programs' own help, whose examples are that of each command.
        if (block.page === "docs/commands.md") return [];
        const command = block.text.split("\n").find(isCommand);
        return command === undefined ? [] : [`${where(block)} is not run: ${command}`];
      }
      if (block.kind === "run") return [];
      if (/^needs .*\baccount\b/.test(block.why)) return [];
      const test =
        /(\S+\.test\.ts) do(?:es)? it$|^(?:takes minutes|part of the tests themselves)$/.exec(
          block.why,
        );
      if (test === null) return [`${where(block)} does not say which test does it`];
      const [, file] = test;
      return file === undefined || existsSync(join(root, file)) ? [] : [`there is no ${file}`];
    });
    expect(faults).toEqual([]);
    expect(run.length).toBeGreaterThanOrEqual(35);
  });
});

describe("the commands of", () => {
  for (const page of new Set(run.map((block) => block.page))) {
    test(page, () => runPage(page), 120_000);
  }
});

let service: Promise<DocCloud> | null = null;
afterAll(async () => (await service)?.stop(), 30_000);

async function runPage(page: string): Promise<void> {
  await using world = new World();
  mkdirSync(world.path("bin"));
  mkdirSync(world.path("work"));
  for (const name of ["atlasbridge", "atlasbridge-cloud"]) {
    symlinkSync(join(dirname(world.binary), name), world.path(join("bin", name)));
  }
  await livedIn(world, page);
  const own = blocks.filter((block) => block.page === page);
  for (const { file, text } of own) if (file !== null) world.write(join("work", file), text);
  const cloud = own.some(needsCloud) ? await (service ??= DocCloud.start()) : null;
  const env = world.env(cloud === null ? {} : { ATLASBRIDGE_CLOUD_HOME: cloud.home });
  env["PATH"] = `${world.path("bin")}:${env["PATH"] ?? ""}`;
  for (const block of own) {
    if (block.kind !== "run") continue;
    const commands = await filledIn(world, block.text, cloud);
    const { code, stdout, stderr } = await pipedProgram(["sh", "-e", "-c", commands], {
      ...{ stdin: null, env },
      cwd: world.path("work"),
    });
    const said = code === block.code ? "" : `${stdout}${stderr}`.trim();
    expect(`${where(block)} ends with ${code} ${said}`).toBe(
      `${where(block)} ends with ${block.code} `,
    );
  }
  // What was left to run in the background would outlive its home.
  await piped(world, ["sessions", "stop", "--all"]);
}

const needsCloud = ({ kind, text }: Block): boolean =>
  kind === "run" && /^(atlasbridge-cloud|.*\bcloud enroll)\b/m.test(text);

/** The words that stand for what is the reader's. */
async function filledIn(world: World, text: string, cloud: DocCloud | null): Promise<string> {
  let filled = text;
  const fill = async (word: string, value: () => Promise<string>): Promise<void> => {
    const pattern = new RegExp(`(?<![\\w$./=])${word}(?!\\w)`, "g");
    if (pattern.test(filled)) {
      const found = await value();
      filled = filled.replaceAll(pattern, () => found);
    }
  };
  await fill("ID", () => endedSession(world));
  await fill("OPEN", () => openSession(world));
  await fill("PROMPT", () => waitingPrompt(world));
  await fill("WITNESS", async () => witness);
  if (cloud === null) return filled;
  await fill("TENANT", async () => cloud.tenant);
  await fill("KEY", async () => cloud.key.key_id);
  await fill("SECRET", async () => cloud.key.secret);
  return filled.replaceAll("https://HOST", cloud.url);
}

/** A verifier key as the C2SP specification of witnesses has them; nobody has its other half. */
const witness = "witness.example+438a7e1c+BC6vCWc7E2nv6IyNLuo346bOPp9gxhN1KCP0bK1/0GfD";

const asks = 'printf "Go on? [y/n] "; read answer; printf "Sure? [y/n] "; read answer';

/** What the reader of any but the first pages has behind them; they begin with nothing. */
async function livedIn(world: World, page: string): Promise<void> {
  if (["README.md", "docs/start.md"].includes(page)) return;
  await piped(world, ["run", "--headless", "--", "sh", "-c", asks]);
}

async function endedSession(world: World): Promise<string> {
  const { stdout } = await piped(world, ["sessions", "list", "--json"]);
  const oldest = sessions.parse(JSON.parse(stdout)).sessions.at(-1);
  if (oldest === undefined) throw new Error("no session has ended");
  return oldest.session_id;
}

async function openSession(world: World): Promise<string> {
  return await until("a session runs and waits", async () => {
    const { stdout } = await piped(world, ["sessions", "list", "--json", "--state", "waiting"]);
    return sessions.parse(JSON.parse(stdout)).sessions[0]?.session_id ?? null;
  });
}

const sessions = z.object({ sessions: z.array(z.object({ session_id: z.string() })) });
const prompts = z.object({ prompts: z.array(z.object({ prompt_id: z.string() })) });

async function waitingPrompt(world: World): Promise<string> {
  return await until("a prompt waits", async () => {
    const { stdout } = await piped(world, ["prompts", "list", "--json"]);
    return prompts.parse(JSON.parse(stdout)).prompts[0]?.prompt_id ?? null;
  });
}
