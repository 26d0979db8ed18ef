/** What a report shows and, above all, what it cannot do. */
import { describe, expect, test } from "bun:test";
import { generateKeyPairSync, sign } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { defaultConfig } from "../../../contracts/config.ts";
import { cosign, verifierKey } from "../../../contracts/note.ts";
import { recordingFile } from "../../../runtime/recording/files.ts";
import { sumOf } from "../../../runtime/recording/read.ts";
import { openScreen } from "../../../runtime/screen/screen.ts";
import { readNewest } from "../../../runtime/trace/checkpoints.ts";
import { keepCosignature } from "../../../runtime/trace/cosignatures.ts";
import * as draft from "../../../runtime/trace/drafts.example.ts";
import { redactorOf } from "../../../runtime/trace/redact.ts";
import { sha256Bytes } from "../../../runtime/trace/sha256.ts";
import { change } from "../../../runtime/trace/verified.example.ts";
import { Home, signedHome } from "../trace/cli.example.ts";
import type { PromptFacts, SessionFacts } from "./facts.ts";
import { html } from "./markup.ts";
import { redactedFacts } from "./redacted.ts";
import { screenMarkup } from "./screen.ts";
import { sessionMarkup } from "./session.ts";

const attack = `</pre><script>alert(1)</script><img src=x onerror="x"> & \u202e'`;

/** Made of parts, so that nobody who looks for secrets takes it for one. */
const token = `ghp_${"0aZ9".repeat(9)}`;

/** One session whose tool wrote an attack, with its recording. */
function attackedHome() {
  const home = new Home();
  const store = home.signingStore();
  const id = draft.newSession();
  const prompt = draft.newPrompt();
  store.append([draft.started("bash", attack)], {
    sessionId: id,
    opens: { pid: 1, startedAs: "unknown" },
  });
  store.append([draft.detected(prompt), draft.escalated(prompt)], { sessionId: id });
  const folder = join(home.folder, "recordings");
  mkdirSync(folder);
  const events = [
    [0.1, "o", `${attack}\r\n\u001b[31;1mred\u001b[0m Go on? `],
    [0.2, "m", JSON.stringify({ type: "prompt", id: prompt, seq: 4 })],
    [0.3, "o", `y\r\nthe token ${token.slice(0, 20)}`],
    [0.4, "o", `${token.slice(20)} is good\r\nbye\r\n`],
  ];
  const head = { version: 2, width: 80, height: 24, command: "ask" };
  const text = [head, ...events].map((line) => `${JSON.stringify(line)}\n`).join("");
  const file = recordingFile(folder, id);
  writeFileSync(file, Bun.zstdCompressSync(text));
  const data = { ...sumOf(file, "a"), cut: null };
  store.append([{ kind: "recording.closed", data }], { sessionId: id });
  store.close();
  return { home, id };
}

const parsed = (lines: string) =>
  lines
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line));

async function report(home: Home, ...args: string[]): Promise<string> {
  const { code, out } = await home.run(...args);
  expect(code).toBe(0);
  return out;
}

describe("the page", () => {
  test("holds no script, no address to load from and no style but the one that it names by hash", async () => {
    const { home } = attackedHome();
    const page = await report(home, "trace", "export", "--format", "html");
    expect(page).not.toMatch(/<script|<img|<iframe|<link|<object|javascript:|\son\w+\s*=\s*["']/i);
    expect(page).not.toMatch(/(src|href)="(?!#)/);
    expect(page).not.toMatch(/url\(|@import|style="/);
    expect(page).not.toContain("\u202e");
    expect(page).toContain("&lt;script&gt;alert(1)&lt;/script&gt;");
    const style = /<style>([^]*?)<\/style>/.exec(page)?.[1] ?? "";
    const hash = new Bun.CryptoHasher("sha256").update(style).digest("base64");
    expect(page).toContain(
      `content="default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
  });

  test("shows what was asked and decided, the screens, and how the trace stands", async () => {
    const { home, id } = attackedHome();
    const page = await report(home, "sessions", "export", id.slice(0, 8));
    expect(page).toContain(`session ${id}`);
    expect(page).toContain("Continue? [y/n]");
    expect(page).toContain('<span class="b f1">red</span> Go on?');
    expect(page).toContain("bye");
    expect(page).toContain(`the token ${"•".repeat(40)} is good`);
    expect(page).toContain('<span class="chip good">whole</span>');
    expect(page).toContain("as the trace names it");
    const bare = await report(home, "sessions", "export", id, "--no-content");
    for (const text of ["Continue?", "bye", "alert(1)"]) expect(bare).not.toContain(text);
    expect(bare).toContain("Without content");
  });

  test("of one session replays its terminal by two scripts that it names by hash, and by none without it", async () => {
    const { home, id } = attackedHome();
    const page = await report(home, "sessions", "export", id);
    const scripts = [...page.matchAll(/<script([^>]*)>([^]*?)<\/script>/g)];
    expect(scripts.map(([, attributes]) => attributes)).toEqual([
      ' type="application/json" id="cast"',
      "",
      "",
    ]);
    const [data, ...code] = scripts.map(([, , text = ""]) => text);
    const hashes = code.map((text) => new Bun.CryptoHasher("sha256").update(text).digest("base64"));
    const allowed = hashes.map((hash) => `'sha256-${hash}'`).join(" ");
    expect(page.includes(`; script-src ${allowed} 'wasm-unsafe-eval'; base-uri 'none'`)).toBe(true);
    expect(page.includes("default-src 'none'")).toBe(true);
    const exported = await report(home, "sessions", "export", id, "--format", "asciicast");
    expect(JSON.parse(data ?? "")).toBe(exported);
    expect(data).not.toContain("<");
    expect(page.includes(token.slice(20))).toBe(false);
    const bare = await report(home, "sessions", "export", id, "--no-player");
    expect(bare).not.toContain("<script");
    expect(bare).not.toContain("script-src");
  });

  test("of a whole trace lists every session, and a broken trace is told and ends with code 4", async () => {
    const home = signedHome();
    const page = await report(home, "trace", "export", "--format", "html");
    expect(page.match(/<section class="session"/g)).toHaveLength(2);
    expect(page.match(/<a href="#s-/g)).toHaveLength(2);
    change(home.traceFile, "UPDATE entries SET at = at + 1 WHERE seq = 5");
    const { code, out } = await home.run("trace", "export", "--format", "html");
    expect(code).toBe(4);
    expect(out).toContain('<span class="chip bad">broken</span>');
    expect(out).toContain("up to entry 4 of 24");
  });

  test("says what a reader has to know of a trace that is whole: what was before it, and who vouches", async () => {
    const home = signedHome();
    rmSync(home.traceFile);
    home.session();
    const pair = generateKeyPairSync("ed25519");
    const publicKey = new Uint8Array(
      pair.publicKey.export({ format: "der", type: "spki" }).subarray(-32),
    );
    const key = { name: "witness.example.com", publicKey, type: "cosignature" } as const;
    const by = {
      ...{ key, sha256: sha256Bytes },
      sign: (text: Uint8Array) => new Uint8Array(sign(null, text, pair.privateKey)),
    };
    const newest = cosign(readNewest(home.traceFile) ?? "", 1_790_000_000, by) ?? "";
    await home.run("trace", "witness", "add", verifierKey(key, sha256Bytes));
    const store = home.signingStore();
    keepCosignature(store, { note: newest, witnesses: [key] });
    store.close();
    const page = await report(home, "trace", "export", "--format", "html");
    expect(page).toContain('<span class="chip good">whole</span>');
    expect(page).toContain("it was begun in place of a tampered one");
    expect(page).toContain("the witness witness.example.com vouches up to entry 12");
  });

  test("of a session whose recording is not the one that the trace names says so, and ends with code 4", async () => {
    const { home, id } = attackedHome();
    const head = '{"version":2,"width":80,"height":24}\n[0.1,"o","nothing happened"]\n';
    writeFileSync(recordingFile(join(home.folder, "recordings"), id), Bun.zstdCompressSync(head));
    const { code, out } = await home.run("sessions", "export", id);
    expect(code).toBe(4);
    expect(out).toContain("NOT the one that the trace names");
  });

  test("of a session whose recording cannot be read is made without its screens, and says so", async () => {
    const { home, id } = attackedHome();
    writeFileSync(recordingFile(join(home.folder, "recordings"), id), "no recording");
    for (const args of [
      ["sessions", "export", id],
      ["trace", "export", "--format", "html"],
    ]) {
      const { code, out, notes } = await home.run(...args);
      expect(code).toBe(4);
      expect(out).toContain("NOT the one that the trace names");
      expect(out).toContain("Continue? [y/n]");
      expect(notes.filter((line) => line.includes("no replay"))).toHaveLength(
        args.includes(id) ? 1 : 0,
      );
    }
  });

  test("goes to a file whole or not at all, for its owner alone; says when nothing was redacted", async () => {
    const { home, id } = attackedHome();
    const file = join(home.folder, "report.html");
    const said = await home.run("sessions", "export", id, "-o", file);
    expect(said).toMatchObject({ code: 0, out: "" });
    expect(said.notes).toEqual([]);
    expect(readFileSync(file, "utf8")).not.toContain("not redacted");
    const open = await home.run("sessions", "export", id, "-o", file, "--unredacted");
    expect(open.notes).toEqual([expect.stringContaining("not redacted")]);
    expect(readFileSync(file, "utf8")).toContain("not redacted");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const nowhere = await home.run("sessions", "export", id, "-o", join(home.folder, "no", "x"));
    expect(nowhere).toMatchObject({ code: 2, error: expect.stringContaining("cannot be written") });
    expect(readdirSync(home.folder).filter((name) => name.endsWith(".part"))).toEqual([]);
  });
});

describe("asciicast", () => {
  test("is one session's, in order, and needs to know which", async () => {
    const { home, id } = attackedHome();
    const out = await report(home, "sessions", "export", id, "--format", "asciicast");
    const [head, ...events] = parsed(out);
    expect(head).toMatchObject({ version: 2, width: 80, title: `AtlasBridge session ${id}` });
    expect(events.map(([, code]) => code)).toEqual(["o", "m", "o", "o"]);
    expect(events[1]).toEqual([0.2, "m", "prompt 1: yes_no, not decided, still open"]);
    expect(events[3]).toEqual([0.4, "o", `${"*".repeat(20)} is good\r\nbye\r\n`]);
    for (const part of [token.slice(0, 20), token.slice(20)]) expect(out).not.toContain(part);
    const open = await home.run("sessions", "export", id, "--format", "asciicast", "--unredacted");
    expect(open.notes).toEqual([expect.stringContaining("not redacted")]);
    expect(parsed(open.out)[0]?.title).toContain("not redacted");
    expect(open.out).toContain(token.slice(20));
    const which = await home.run("trace", "export", "--format", "asciicast");
    expect(which).toMatchObject({ code: 2, error: expect.stringContaining("--session") });
    const bare = await home.run("sessions", "export", id, "--format", "asciicast", "--no-content");
    expect(bare.code).toBe(2);
    const none = signedHome();
    const [first = ""] = JSON.parse((await none.run("--json", "sessions", "list")).out).sessions;
    const session = Reflect.get(Object(first), "session_id");
    const missing = await none.run("sessions", "export", session, "--format", "asciicast");
    expect(missing).toMatchObject({ code: 1, error: expect.stringContaining("no recording") });
  });
});

describe("markup", () => {
  test("escapes every text, in elements and attributes, and keeps what it made itself", () => {
    const made = html`<b title="${`"><x`}">${"<&>'"}</b>`;
    expect(html`<i>${[made, null, 7]}</i>`.markup).toBe(
      '<i><b title="&quot;&gt;&lt;x">&lt;&amp;&gt;&#39;</b>7</i>',
    );
    expect(html`${"a\nb\u001b"}`.markup).toBe("a\nb␛");
  });

  test("a screen's text comes out as it stands, with its looks as names", () => {
    const screen = openScreen({
      size: { cols: 40, rows: 3 },
      reply: () => undefined,
      answersQueries: false,
    });
    screen.feed(Buffer.from("a\u001b[10G\u001b[7;48;2;250;10;10mb\u001b[0m\r\n\u001b[4;95mc"));
    expect(screenMarkup(screen.snapshot()).markup).toBe(
      'a        <span class="i g196">b</span>\n<span class="u f13">c</span>\n',
    );
  });
});

test("redaction reaches every text of a session's facts, also where a row was wrapped", () => {
  const secret = token;
  const redactor = redactorOf({
    settings: defaultConfig.redaction,
    variables: {},
    loadRules: null,
  });
  const looks = { inverse: false, bold: true, dim: false, underline: false, fg: 1, bg: -1 };
  const row = (value: string, wrapped: boolean) => ({
    ...{ text: value, wrapped },
    runs: [{ ...looks, text: value, start: 0, end: value.length }],
  });
  const rows = [row(`it is ${secret.slice(0, 14)}`, false), row(`${secret.slice(14)}`, true)];
  const screen = { screen: [...rows, row("next", false)], cols: 80 };
  const at = 1_700_000_000_000;
  const prompt: PromptFacts = {
    timeline: {
      ...{
        prompt_id: draft.newPrompt(),
        detected_at: at,
        prompt_kind: "yes_no",
        confidence: "high",
      },
      ...{
        question: `say ${secret}?`,
        decision: null,
        escalated_at: null,
        reply: null,
        closed: null,
      },
    },
    seqs: { first: 1, last: 2 },
    options: [{ label: `yes, ${secret}`, key: "y" }],
    subject: { type: "shell", command: `echo ${secret}`, path: secret, host: secret, detail: null },
    ...{ risk: null, layer: null, answer: secret, screen },
  };
  const facts: SessionFacts = {
    summary: {
      ...{ session_id: draft.newSession(), tool: "bash", label: secret, command: ["x", secret] },
      ...{ cwd: `/${secret}`, mode: "full", pid: 1, policy_hash: "5f".repeat(32), started_at: at },
      ...{ ended_at: at + 9, state: "ended", activity: null, exit_code: 0, signal: null },
      ...{ reason: "exited", prompts: 1, answered: 0, escalated: 0 },
    },
    recording: { state: "none", bytes: 0, cut: null },
    prompts: [prompt],
    end: screen,
  };
  expect(sessionMarkup(facts).markup).toContain(secret);
  const page = sessionMarkup(redactedFacts(facts, redactor));
  expect(page.markup).not.toContain(secret.slice(0, 14));
  expect(page.markup).not.toContain(secret.slice(14));
  expect(page.markup).toContain(`it is ${"•".repeat(14)}</span>`);
  expect(page.markup).toContain('<span class="b f1">next</span>');
});
