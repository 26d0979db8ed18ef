/** Proves that the environment is read whole and as it is. */
import { expect, test } from "bun:test";
import { readEnvironment } from "./config.ts";

test("all variables are there, by their names and values", () => {
  const { variables, platform, userHome } = readEnvironment();
  const listed = Bun.spawnSync(["printenv", "PATH"]).stdout.toString().trimEnd();
  expect(variables["PATH"]).toBe(listed);
  expect(platform).toBe(process.platform);
  expect(userHome.startsWith("/")).toBe(true);
});
