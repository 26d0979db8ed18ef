/** Moments: whole milliseconds within what a date can hold, one text for each. */
import { describe, expect, test } from "bun:test";
import * as fc from "fast-check";
import { moment, momentOfHttpDate, momentToIso } from "./moment.ts";

const latest = 8_640_000_000_000_000;

describe("moment", () => {
  test("from 1970 to the last date there is, whole milliseconds only", () => {
    expect(moment.safeParse(0).success).toBe(true);
    expect(moment.safeParse(latest).success).toBe(true);
    for (const bad of [-1, latest + 1, 0.5, Number.NaN, "0", new Date()]) {
      expect(moment.safeParse(bad).success).toBe(false);
    }
  });

  test("text is ISO 8601 in UTC with milliseconds", () => {
    expect(momentToIso(0)).toBe("1970-01-01T00:00:00.000Z");
    expect(momentToIso(1_790_000_000_123)).toBe("2026-09-21T14:13:20.123Z");
    expect(momentToIso(latest)).toBe("+275760-09-13T00:00:00.000Z");
  });

  test("an HTTP date is read, and nothing that only looks like one", () => {
    expect(momentOfHttpDate("Sun, 06 Nov 1994 08:49:37 GMT")).toBe(784_111_777_000);
    for (const none of ["", "120", "Sun, 99 Nov 1994 08:49:37 GMT", "1994-11-06T08:49:37Z"]) {
      expect(momentOfHttpDate(none)).toBeNull();
    }
  });

  test("no moment is lost in its text", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: latest }), (at) => {
        expect(Date.parse(momentToIso(at))).toBe(at);
      }),
    );
  });
});
