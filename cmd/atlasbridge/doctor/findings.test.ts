/** What each check makes of what it finds: well, a warning or a failure, and then a command to run. */
import { describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { type Finding, finding } from "../../../contracts/doctor.ts";
import { limits } from "../../../contracts/limits.ts";
import type { CloudStatusView } from "../../../contracts/upload-state.ts";
import { productVersion } from "../../../contracts/version.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { keepResult } from "../../../runtime/operator/notify/results.ts";
import * as draft from "../../../runtime/trace/drafts.example.ts";
import { openAt } from "../../../runtime/trace/opened.example.ts";
import { scratchFolder } from "../../../runtime/trace/scratch.example.ts";
import { type Cli, openCli } from "../cli.ts";
import { plainLayout } from "../layout.ts";
import { callFindings } from "./calls.ts";
import { uploadFindings } from "./cloud.ts";
import { daemonFinding } from "./daemon.ts";
import { fileFindings, roomFinding } from "./files.ts";
import { Mender, shellWord } from "./finding.ts";
import { ruleFindings } from "./rules.ts";
import { kernelFinding, ownTerminal, terminalFindings } from "./terminals.ts";
import { toldFindings } from "./told.ts";
import { clockFinding, driftFinding, traceFindings } from "./trace.ts";

const brief = ({ status, fix }: Finding) => ({ status, fix });

function home(): Cli {
  return openCli({ home: join(scratchFolder(), "home") });
}

describe("terminals", () => {
  test("a tool was run in a real one, and the kernel told that it waited", async () => {
    const findings = await terminalFindings(openCli({}).environment);
    expect(findings.map(({ name }) => name)).toEqual([
      "pseudo-terminal",
      "kernel evidence",
      "your terminal",
    ]);
    expect(findings[0]).toMatchObject({ status: "ok" });
  });

  test("what hides who waits is named, with what takes it away", () => {
    const settings = { platform: "linux", ptraceScope: "1", hidepid: "" } as const;
    const waits = { waits: [], blind: false };
    const fixes = [
      kernelFinding(waits, { ...settings, hidepid: "invisible" }),
      kernelFinding(null, { ...settings, ptraceScope: "3" }),
      kernelFinding(null, settings),
    ].map(({ fix }) => fix);
    expect(fixes[0]).toContain("hidepid=0");
    expect(fixes[1]).toContain("ptrace_scope=1");
    expect(fixes[2]).toContain("SYS_PTRACE");
    expect(kernelFinding(null, { ...settings, platform: "darwin" }).status).toBe("ok");
  });

  test("yours: a type, UTF-8 and 80 columns are wanted; none at all is no fault", () => {
    const tty = { isTTY: true, columns: 120, rows: 40 };
    const good = { TERM: "xterm-256color", LANG: "en_US.UTF-8", LC_ALL: "" };
    expect(ownTerminal(good, tty)).toMatchObject({
      status: "ok",
      detail: "xterm-256color, 120×40, 256 colours, en_US.UTF-8",
    });
    expect(ownTerminal({}, {}).status).toBe("ok");
    const bad = [
      ownTerminal({ ...good, TERM: "dumb" }, tty),
      ownTerminal({ ...good, LANG: undefined }, tty),
      ownTerminal(good, { ...tty, columns: 60 }),
    ];
    expect(bad.map(({ fix }) => fix)).toEqual([
      "export TERM=xterm-256color",
      "export LC_ALL=C.UTF-8",
      "resize -s 24 80",
    ]);
  });
});

describe("files", () => {
  test("what others can read is named alone, beside the number of those that are well; mending tells what it did", () => {
    const cli = home();
    mkdirSync(cli.paths.state, { recursive: true, mode: 0o700 });
    writeFileSync(cli.paths.notifySecretsFile, "", { mode: 0o600 });
    writeFileSync(cli.paths.configFile, "", { mode: 0o600 });
    expect(fileFindings({ cli, mender: new Mender(false) })).toMatchObject([
      { status: "ok", detail: expect.stringMatching(/^3 in order/) },
    ]);
    chmodSync(cli.paths.notifySecretsFile, 0o644);
    const [wrong, well] = fileFindings({ cli, mender: new Mender(false) });
    expect(wrong).toMatchObject({
      status: "warning",
      fix: `chmod 600 ${cli.paths.notifySecretsFile}`,
    });
    expect(well?.detail).toStartWith("2 others in order");
    const mender = new Mender(true);
    expect(fileFindings({ cli, mender }).every(({ status }) => status === "ok")).toBe(true);
    expect(mender.done).toEqual(["chmod 600"]);
    expect(statSync(cli.paths.notifySecretsFile).mode & 0o777).toBe(0o600);
  });

  test("room: little is a warning, none a failure; a trace over its budget is to be sent", () => {
    const room = { free: 1e12, trace: 1e6, recordings: 0, budget: null };
    expect(roomFinding(room).status).toBe("ok");
    expect(roomFinding({ ...room, free: 2 * limits.recordingReserveBytes })).toMatchObject({
      status: "warning",
    });
    expect(roomFinding({ ...room, free: 1 })).toMatchObject({
      status: "failed",
      fix: "atlasbridge sessions prune --days 7",
    });
    expect(roomFinding({ ...room, budget: 10 }).fix).toBe("atlasbridge cloud sync");
  });

  test("a path with a space stays one word of a command", () => {
    expect(shellWord("/a/b-c.d")).toBe("/a/b-c.d");
    expect(shellWord("/a b/it's")).toBe(`'/a b/it'\\''s'`);
  });
});

describe("the trace", () => {
  test("a session whose runtime was killed is told, and closed by mending, once", async () => {
    const cli = home();
    const store = openAt(cli.paths.traceFile);
    store.append([draft.started()], { sessionId: draft.newSession(), opens: gone });
    store.close();
    const look = async (isAsked: boolean) => {
      const mender = new Mender(isAsked);
      const all = await traceFindings({ cli, mender });
      return { sessions: all.find(({ name }) => name === "sessions"), done: mender.done };
    };
    expect(await look(false)).toMatchObject({
      sessions: { status: "warning", fix: "atlasbridge doctor --fix" },
      done: [],
    });
    expect(await look(true)).toMatchObject({
      sessions: { status: "ok", detail: "0 running; 1 that died were closed" },
      done: ["closed sessions"],
    });
    expect(await look(true)).toMatchObject({
      sessions: { status: "ok", detail: "0 running" },
      done: [],
    });
  });

  test("a clock that stands before the trace's end, or before this version was made, is told", () => {
    const now = systemClock.now();
    expect(clockFinding({ now, newest: now }).status).toBe("ok");
    expect(clockFinding({ now, newest: now + 4_000 }).status).toBe("ok");
    expect(clockFinding({ now, newest: now + 3_600_000 })).toMatchObject({
      status: "warning",
      detail: expect.stringContaining("1 h 00 min in the future"),
    });
    expect(clockFinding({ now: 0, newest: null }).status).toBe("failed");
    expect(driftFinding({ wallMs: 1_100, steadyMs: 1_000 })).toEqual([]);
    expect(driftFinding({ wallMs: -60_000, steadyMs: 1_000 })).toMatchObject([
      { status: "warning", detail: expect.stringContaining("back while doctor was looking") },
    ]);
  });
});

/** No process of now. */
const gone = { pid: 999_999_999, startedAs: "linux no-boot no-namespace 1" };

describe("what decides", () => {
  test("settings that are not sound, and a brake, are told with what mends them", () => {
    const cli = home();
    mkdirSync(cli.paths.state, { recursive: true, mode: 0o700 });
    expect(ruleFindings(cli).map(({ fix }) => fix)).toEqual([
      null,
      "atlasbridge policy init",
      null,
    ]);
    writeFileSync(cli.paths.configFile, "nonsense: 1\n", { mode: 0o600 });
    const paused = { state: "paused", mode: "full", changed_at: null };
    writeFileSync(cli.paths.autopilotFile, JSON.stringify(paused), { mode: 0o600 });
    const [settings, , brake] = ruleFindings(cli);
    expect(settings).toMatchObject({ status: "failed", fix: expect.stringContaining("EDITOR") });
    expect(brake).toMatchObject({ status: "warning", fix: "atlasbridge autopilot resume" });
    writeFileSync(cli.paths.autopilotFile, "{", { mode: 0o600 });
    expect(ruleFindings(cli)[2]).toMatchObject({ status: "failed" });
  });
});

describe("how you are called", () => {
  test("each target: its secret, and how it was last reached", async () => {
    const cli = home();
    cli.environment = {
      ...cli.environment,
      variables: { DBUS_SESSION_BUS_ADDRESS: "unix:path=/nonexistent" },
    };
    mkdirSync(cli.paths.state, { recursive: true, mode: 0o700 });
    const url = "https://ntfy.example.com/t";
    const targets = [
      { name: "new", type: "ntfy", url },
      { name: "well", type: "ntfy", url },
      { name: "dead", type: "ntfy", url },
      { name: "bare", type: "slack" },
    ];
    const text = JSON.stringify({ notify: { targets } });
    writeFileSync(cli.paths.configFile, text, { mode: 0o600 });
    const result = { at: systemClock.now(), tries: 1, status: 200, problem: null, detail: null };
    const folder = cli.paths.notifyResultsFolder;
    keepResult(folder, "well", { ...result, delivered: true });
    keepResult(folder, "dead", { ...result, delivered: false, problem: "failing", detail: "no" });
    const findings = await callFindings(cli);
    const of = (name: string) => findings.find((one) => one.name === `target ${name}`);
    expect(of("new")).toMatchObject({ status: "warning", fix: "atlasbridge notify test new" });
    expect(of("well")?.status).toBe("ok");
    expect(of("dead")).toMatchObject({ status: "warning", detail: expect.stringMatching(/: no$/) });
    expect(of("bare")?.status).toBe("failed");
    expect(findings[0]?.detail).toEndWith("and 4 targets elsewhere");
  });
});

test("the daemon: wanted where something is to be sent, of this version, and answering", () => {
  const stopped = { format: 1, state: "stopped", daemon: null } as const;
  const start = "atlasbridge daemon start";
  expect(brief(daemonFinding(stopped, false))).toEqual({ status: "ok", fix: null });
  expect(brief(daemonFinding(stopped, true))).toEqual({ status: "warning", fix: start });
  expect(daemonFinding({ ...stopped, state: "silent" }, false).status).toBe("failed");
  const upload = { state: "off", detail: null, newest_seq: null, acked_seq: null } as const;
  const daemon = {
    ...{ pid: 7, version: productVersion, started_at: 0, sessions: 2, recovered: 0 },
    ...{ upload, dashboard: null, log: "/x" },
  };
  const running = { format: 1, state: "running", daemon } as const;
  expect(daemonFinding(running, true).detail).toBe("running (process 7), with 2 sessions");
  const old = { ...running, daemon: { ...daemon, version: "0.0.1" } };
  expect(daemonFinding(old, false)).toMatchObject({
    status: "warning",
    fix: `atlasbridge daemon stop && ${start}`,
  });
});

describe("the upload", () => {
  const now = 1_800_000_000_000;
  const hour = 3_600_000;
  const view: CloudStatusView = {
    ...{ format: 1, enrolled: true, url: "https://c.example.com", key_id: "abk_x", agent_id: null },
    ...{ content: "none", content_fields: {}, sent: 10, waiting: 2, last_sent_at: now },
    ...{ waiting_since: now, trouble: null, key_expires_at: null, witnessed: 0, witness: null },
    ...{ disk_bytes: 0, disk_budget_bytes: null },
  };
  const trouble = { at: now, problem: "x", detail: "no network", stopped: false, again_at: null };
  const said = (changes: Partial<CloudStatusView>) =>
    uploadFindings({ ...view, ...changes }, now).map(brief);

  test("that goes on is well; one that is tried again, that stopped, or that nobody sends is not", () => {
    const fix = "atlasbridge cloud sync";
    expect(said({})).toEqual([{ status: "ok", fix: null }]);
    expect(said({ trouble })).toEqual([{ status: "warning", fix }]);
    expect(said({ trouble: { ...trouble, stopped: true } })).toEqual([{ status: "failed", fix }]);
    expect(said({ waiting_since: now - 25 * hour })).toEqual([{ status: "warning", fix }]);
  });

  test("has a key whose end is told a week before", () => {
    const fix = "atlasbridge cloud rotate-key";
    const keyAt = (at: number) => said({ key_expires_at: at })[1];
    expect(keyAt(now + 8 * 24 * hour)).toEqual({ status: "ok", fix: null });
    expect(keyAt(now + 24 * hour)).toEqual({ status: "warning", fix });
    expect(keyAt(now)).toEqual({ status: "failed", fix });
  });
});

describe("what is told", () => {
  const findings: Finding[] = [
    { group: "program", name: "version", status: "ok", detail: "1", fix: null },
    {
      ...{ group: "files", name: "disk", status: "failed", fix: `rm ${"x".repeat(90)}` },
      detail: "wörd ".repeat(40).trim(),
    },
  ];

  test("fits the terminal, keeps a command in one piece, and needs no colour to be understood", () => {
    const text = toldFindings(findings, { ...plainLayout, columns: 80 });
    const rows = text.split("\n");
    expect(rows.filter((row) => Bun.stringWidth(row) > 80)).toEqual([
      `         → rm ${"x".repeat(90)}`,
    ]);
    expect(rows).toContain("Files, log and clock");
    expect(text).toContain("FAILED   disk: wörd");
    expect(text).toContain("1 failed, 0 warnings");
    expect(text).toContain("doctor --canary");
    expect(text).not.toContain("\u001b");
  });

  test("that something is not well cannot be said without a command", () => {
    const [, failed] = findings;
    expect(finding.safeParse(failed).success).toBe(true);
    expect(finding.safeParse({ ...failed, fix: null }).success).toBe(false);
    expect(finding.safeParse({ ...failed, fix: "" }).success).toBe(false);
  });
});
