/** Doctor tells how a known tool is started, and when its version is not the one that was learnt. */
import { expect, test } from "bun:test";
import { claude } from "../../../runtime/prompt/tools/claude/rules.ts";
import { findingOf } from "./tools.ts";

test("a version that was learnt is well", () => {
  const { status, detail } = findingOf(claude, "2.1.400");
  expect(status).toBe("ok");
  expect(detail).toContain("run starts it with --permission-mode manual");
});

test.each(["2.10.0", "3.0.1"])("version %s is another: a warning that says so", (version) => {
  const { status, detail, fix } = findingOf(claude, version);
  expect(status).toBe("warning");
  expect(detail).toContain("2.1.x");
  expect(fix).not.toBeNull();
});

test("a tool that does not say its version is a warning", () => {
  expect(findingOf(claude, null).status).toBe("warning");
});
