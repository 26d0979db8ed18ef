/** A database that is there and says nothing: work is given up in time, and what comes after it finds fresh connections. */
import { afterAll, beforeAll, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { type Clock, systemClock } from "../clock.ts";
import { startDatabase, type TestDatabase } from "../testing/service.ts";
import { connectionSettings, openPool } from "./pool.ts";

let database: TestDatabase;
beforeAll(async () => {
  database = await startDatabase();
}, 60_000);
afterAll(async () => await database.stop(), 30_000);

/** Of the database: what takes connections, and what speaks over them. */
function processes(): number[] {
  const { pid } = database.embedded;
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
  return [pid, ...children.map(Number)];
}

const send = (signal: "SIGSTOP" | "SIGCONT"): void => {
  for (const pid of processes()) process.kill(pid, signal);
};

const poolAt = (clock: Clock) =>
  openPool({ url: database.embedded.urls.app, name: "test-silent", connectionsMax: 2, clock });

test("each connection has the settings that bound what it may take, those that are nothing too", async () => {
  const pool = poolAt(systemClock);
  const names = Object.keys(connectionSettings);
  const rows = await pool.ask(
    (sql) => sql<{ name: string; source: string; setting: string }[]>`
      SELECT name, source, setting FROM pg_settings WHERE name = ANY (string_to_array(${names.join()}, ','))`,
  );
  await pool.end();
  const settings = Object.fromEntries(rows.map(({ name, setting }) => [name, setting]));
  const wanted = Object.entries(connectionSettings).map(([name, value]) => [name, String(value)]);
  expect(settings).toEqual(Object.fromEntries(wanted));
  for (const { name, source } of rows) expect([name, source]).toEqual([name, "client"]);
});

test("what was asked is let go of, however long the connections live", async () => {
  const pool = poolAt(systemClock);
  const asked = Array.from({ length: 50 }, async () => {
    const row = await pool.ask(async (sql) => (await sql`SELECT repeat('x', 1000) AS one`)[0]);
    if (row === undefined) throw new Error("no row");
    return new WeakRef(row);
  });
  const rows = await Promise.all(asked);
  // What has just run may still lie on the stack.
  await Bun.sleep(1);
  Bun.gc(true);
  const kept = rows.filter((row) => row.deref() !== undefined).length;
  await pool.end();
  expect(kept).toBeLessThan(5);
});

test("work that gets no answer is given up, and the next finds the database as soon as it is back", async () => {
  let give = (): void => {};
  const after: Clock["after"] = (_ms, call) => {
    give = call;
    return { cancel() {} };
  };
  const pool = poolAt({ ...systemClock, after });
  const one = () => pool.ask((sql) => sql`SELECT 1 AS one`);
  await one();
  send("SIGSTOP");
  try {
    const [first, second] = [one(), one()];
    give();
    const why = (promise: Promise<unknown>) => promise.then(() => "", String);
    const told = await Promise.all([first, second].map(why));
    for (const one of told) expect(one).toContain("the database does not answer");
  } finally {
    send("SIGCONT");
  }
  expect([...(await one())]).toEqual([{ one: 1 }]);
  expect(pool.load()).toEqual({ active: 0, waiting: 0 });
  await pool.end();
}, 30_000);

test("a pool ends while the database says nothing, and nothing of it is left to wait for", async () => {
  const program = `
    import { openPool } from ${JSON.stringify(`${import.meta.dir}/pool.ts`)};
    const pool = openPool({ url: process.argv[1], name: "test-left", connectionsMax: 2 });
    await pool.ask((sql) => sql\`SELECT 1\`);
    console.log("there");
    for await (const _ of Bun.stdin.stream()) break;
    const lost = pool.ask((sql) => sql\`SELECT 1\`).catch(() => {});
    await pool.end();
    console.log("ended");
  `;
  const words = [process.execPath, "-e", program, database.embedded.urls.app];
  const child = Bun.spawn(words, { stdin: "pipe", stdout: "pipe", stderr: "inherit" });
  const said = child.stdout.pipeThrough(new TextDecoderStream()).getReader();
  expect((await said.read()).value).toBe("there\n");
  send("SIGSTOP");
  try {
    await child.stdin.write("go");
    await child.stdin.end();
    // By itself, though the server has neither answered nor closed.
    expect(await child.exited).toBe(0);
    expect((await said.read()).value).toBe("ended\n");
  } finally {
    child.kill("SIGKILL");
    send("SIGCONT");
  }
}, 30_000);
