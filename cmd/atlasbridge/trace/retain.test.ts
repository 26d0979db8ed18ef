/** Content that was kept for long enough is erased by a process beside a session, and by none where nothing is due. */
import { expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { manualClock } from "../../../runtime/manual-clock.ts";
import { writeSession } from "../../../runtime/trace/drafts.example.ts";
import { openAt } from "../../../runtime/trace/opened.example.ts";
import { openCli } from "../cli.ts";
import { Home } from "./cli.example.ts";
import { startRetention } from "./retain.ts";

/** A session of long ago and one of today. */
function agedHome(): Home {
  const home = new Home();
  const old = openAt(home.traceFile, { clock: manualClock() });
  writeSession(old, 2);
  old.close();
  home.session();
  return home;
}

async function started(home: Home, days: string | null): Promise<number | null> {
  const cli = openCli({ home: home.folder });
  const set = days === null ? {} : { ATLASBRIDGE_RETENTION_CONTENT_DAYS: days };
  cli.environment = { ...cli.environment, variables: { ...cli.environment.variables, ...set } };
  const trace = home.signingStore();
  const ended = await startRetention(cli, trace);
  trace.close();
  return ended;
}

test("the old is erased and the new stays; the second time there is nothing to do", async () => {
  const home = agedHome();
  expect(await started(home, "30")).toBe(0);
  expect(readFileSync(home.traceFile, "latin1").match(/Continue\?/g)).toHaveLength(2);
  const { code, out } = await home.run("trace", "verify");
  expect({ code, out }).toMatchObject({ code: 0, out: expect.stringContaining("of 3 erased") });
  expect((await home.run("trace", "tail")).out).toContain("kept for long enough");
  expect(await started(home, "30")).toBeNull();
});

test("without the setting nothing is erased", async () => {
  const home = agedHome();
  expect(await started(home, null)).toBeNull();
  expect(readFileSync(home.traceFile, "latin1").match(/Continue\?/g)).toHaveLength(4);
});
