/** The closed list of errors: codes, exit codes, and what an error carries. */
import { describe, expect, test } from "bun:test";
import { AtlasError, errorCodes, exitCodes } from "./errors.ts";

describe("errors", () => {
  test("every code ends with a documented exit code, and never with success", () => {
    const documented: number[] = Object.values(exitCodes).filter((code) => code !== exitCodes.ok);
    for (const code of errorCodes) {
      expect(documented).toContain(new AtlasError(code, "a sentence").exitCode);
    }
  });

  test("exit codes that programs rely on", () => {
    const exitOf = Object.fromEntries(
      errorCodes.map((code) => [code, new AtlasError(code, "a sentence").exitCode]),
    );
    expect(exitOf).toMatchObject({
      usage: 2,
      policy_invalid: 2,
      refused_by_policy: 3,
      trace_corrupt: 4,
      integrity_broken: 4,
      command_not_executable: 126,
      command_not_found: 127,
      internal: 1,
    });
    expect(exitCodes).toEqual({
      ok: 0,
      failed: 1,
      usage: 2,
      refused: 3,
      integrity: 4,
      notExecutable: 126,
      notFound: 127,
    });
  });

  test("codes are distinct and spelled alike", () => {
    expect(new Set(errorCodes).size).toBe(errorCodes.length);
    for (const code of errorCodes) expect(code).toMatch(/^[a-z]+(_[a-z]+)*$/);
  });

  test("the message is for a person, the cause for the log", () => {
    const cause = new Error("SQLITE_BUSY");
    const error = new AtlasError("trace_locked", "another program holds it; try again", { cause });
    expect(error).toBeInstanceOf(Error);
    expect(error.name).toBe("AtlasError");
    expect(error.code).toBe("trace_locked");
    expect(error.message).not.toContain("SQLITE");
    expect(error.cause).toBe(cause);
  });
});
