/** The operator's settings through the binary: told, changed with their comments kept, recorded, refused when wrong. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { chmodSync } from "node:fs";
import { configListView } from "../../contracts/config.ts";
import { piped } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

test("a setting is changed in place, recorded by its name, and in force", async () => {
  await using world = new World();
  world.write("home/config.yaml", "# mine\naudit_mode: strict # always\n");
  const set = await piped(world, ["config", "set", "recording.keep_days", "7"]);
  expect(set).toMatchObject({ code: 0, stderr: "" });
  expect(world.read("home/config.yaml")).toBe(
    "# mine\naudit_mode: strict # always\nrecording:\n  keep_days: 7\n",
  );
  expect((await piped(world, ["config", "get", "recording.keep_days"])).stdout).toBe("7\n");
  const tail = await piped(world, ["trace", "tail"]);
  expect(tail.stdout).toContain("config set recording.keep_days by cli");
  await piped(world, ["config", "unset", "recording.keep_days"]);
  expect(world.read("home/config.yaml")).toBe("# mine\naudit_mode: strict # always\n");
});

test("every setting is told with where it comes from", async () => {
  await using world = new World();
  world.write("home/config.yaml", "audit_mode: best_effort\n");
  const { code, stdout } = await piped(world, ["config", "list", "--json"], {
    env: { ATLASBRIDGE_RECORDING_ENABLED: "false" },
  });
  expect(code).toBe(0);
  const { settings } = configListView.parse(JSON.parse(stdout));
  const from = new Map(settings.map((one) => [one.key, `${one.from} ${String(one.value)}`]));
  expect(from.get("audit_mode")).toBe("file best_effort");
  expect(from.get("recording.enabled")).toBe("variable false");
  expect(from.get("recording.keep_days")).toBe("default 30");
});

test("what is wrong changes nothing, and says what to do", async () => {
  await using world = new World();
  const bad = await piped(world, ["config", "set", "recording.keep_days", "0"]);
  expect(bad.code).toBe(2);
  expect(bad.stderr).toContain("recording.keep_days: too small");
  expect(world.read("home/config.yaml")).toBe("");
  const unknown = await piped(world, ["config", "set", "recording.keep", "1"]);
  expect(unknown).toMatchObject({ code: 2 });
  expect(unknown.stderr).toContain("recording.keep_days");
});

test("a governed tool changes no setting", async () => {
  await using world = new World();
  const refused = await piped(world, ["config", "set", "audit_mode", "best_effort"], {
    env: { ATLASBRIDGE_SESSION: "x" },
  });
  expect(refused.code).toBe(3);
  expect(world.read("home/config.yaml")).toBe("");
});

// Skipped on Windows, which has neither such modes nor such files.
test.skipIf(process.platform === "win32")(
  "doctor names settings that others may change",
  async () => {
    await using world = new World();
    chmodSync(world.write("home/config.yaml", ""), 0o666);
    const { stdout } = await piped(world, ["doctor"]);
    expect(stdout).toContain("chmod go-w");
    expect((await piped(world, ["doctor", "--fix"])).stdout).toContain("closed to others' changes");
    expect((await piped(world, ["config", "list"])).code).toBe(0);
  },
);
