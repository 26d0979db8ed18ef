/** What is mutated, and by which tests it is judged. */
import { expect, test } from "bun:test";
import { join } from "node:path";
import { strykerSettings, targetsByFolder } from "./mutate.ts";

const root = join(import.meta.dir, "..");

test("sources are mutated, tests and examples never, each under its own folder", () => {
  const targets = targetsByFolder(root, ["contracts/*.ts", "contracts/chain.ts", "cmd/check/*.ts"]);
  expect([...targets.keys()].sort()).toEqual(["cmd/check", "contracts"]);
  const contracts = targets.get("contracts") ?? [];
  expect(contracts.filter((file) => file === "contracts/chain.ts")).toHaveLength(1);
  expect(contracts.filter((file) => /test|examples/.test(file))).toEqual([]);
});

test("a pattern that fits nothing gives nothing to mutate", () => {
  expect(targetsByFolder(root, ["nowhere/*.ts"]).size).toBe(0);
});

test("the tests of the folder judge, and fewer than 90 % noticed fails", () => {
  const settings = strykerSettings("contracts", ["contracts/chain.ts"]);
  expect(settings.commandRunner.command).toEndWith("test --bail ./contracts/");
  expect(settings.thresholds.break).toBe(90);
  expect(Bun.file(join(root, settings.tsconfigFile)).size).toBe(0);
});
