/** Proves where things lie on each system. */
import { describe, expect, test } from "bun:test";
import type { Environment } from "./config.ts";
import { resolvePaths } from "./paths.ts";

function environment(
  platform: NodeJS.Platform,
  variables: Record<string, string> = {},
): Environment {
  return { platform, userHome: "/home/ada", variables };
}

describe("without a home", () => {
  test("Linux follows the XDG base directories", () => {
    const plain = resolvePaths(environment("linux"), null);
    expect(plain.policyFile).toBe("/home/ada/.config/atlasbridge/policy.yaml");
    expect(plain.traceFile).toBe("/home/ada/.local/state/atlasbridge/trace.db");
    const moved = resolvePaths(environment("linux", { XDG_STATE_HOME: "/var/ada" }), null);
    expect(moved.traceFile).toBe("/var/ada/atlasbridge/trace.db");
  });

  test("a relative XDG variable is ignored, as the specification demands", () => {
    const paths = resolvePaths(environment("linux", { XDG_CONFIG_HOME: "conf" }), null);
    expect(paths.config).toBe("/home/ada/.config/atlasbridge");
  });

  test("macOS keeps everything in Application Support", () => {
    const { config, state } = resolvePaths(environment("darwin"), null);
    expect(config).toBe("/home/ada/Library/Application Support/atlasbridge");
    expect(state).toBe(config);
  });
});

test("a home holds everything", () => {
  const paths = resolvePaths(environment("linux", { XDG_STATE_HOME: "/var/ada" }), "/tmp/h");
  const { adminPolicyFile, ...own } = paths;
  expect(Object.values(own).every((path) => path.startsWith("/tmp/h"))).toBe(true);
  // Whoever is governed by it must not be able to choose another.
  expect(adminPolicyFile).toBe("/etc/atlasbridge/policy.yaml");
});
