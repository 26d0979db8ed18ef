/** The closed list of problems: each has a status, an act and an address by which its name is known again. */
import { describe, expect, test } from "bun:test";
import {
  clientAct,
  problem,
  problemNameOf,
  problemNames,
  problemStatus,
  problemTitle,
  problemType,
} from "./problem.ts";

describe("problems", () => {
  test.each(problemNames)("%s is known again by its type, relative or absolute", (name) => {
    expect(problemNameOf({ type: problemType(name) })).toBe(name);
    expect(problemNameOf({ type: `https://cloud.example${problemType(name)}` })).toBe(name);
  });

  test("a type that is not on the list has no name", () => {
    for (const type of [
      "about:blank",
      "/problems/",
      "/problems/nothing",
      "/problems/unavailable/x",
    ])
      expect(problemNameOf({ type })).toBeNull();
  });

  test("refusals of what was signed make the client stop; crowding and outages do not", () => {
    expect(problemNames.filter((name) => clientAct(name) === "retry")).toEqual([
      "rate-limited",
      "unavailable",
    ]);
    expect(problemNames.filter((name) => clientAct(name) === "incident")).toEqual([
      "chain-fork",
      "inconsistent-checkpoint",
    ]);
    expect(problemStatus("sequence-gap")).toBe(409);
    expect(clientAct("sequence-gap")).toBe("rewind");
  });

  test("have a title each, and a status of a client's or the service's error", () => {
    for (const name of problemNames) {
      expect(problemTitle(name)).toMatch(/^[a-z].*[^.]$/);
      expect(problemStatus(name)).toBeWithin(400, 600);
    }
    expect(new Set(problemNames.map(problemTitle)).size).toBe(problemNames.length);
  });

  test("are read without what nobody knows", () => {
    const read = problem.parse({
      type: "/problems/rate-limited",
      title: "t",
      status: 429,
      run: "x",
    });
    expect(read).toEqual({ type: "/problems/rate-limited", title: "t", status: 429 });
  });
});
