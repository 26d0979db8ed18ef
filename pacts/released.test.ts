/** A pact that was released and changes, disappears or was never entered is told. */
import { expect, test } from "bun:test";
import { changedSince, readReleased } from "./released.ts";
import { earlierTexts } from "./versions.ts";

test("every pact of an earlier version is as it was", () => {
  expect(changedSince(readReleased(), earlierTexts())).toEqual([]);
});

test("one that was changed, removed or not entered is named", () => {
  const digest = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae";
  const released = { "0.0.1/a.json": digest, "0.0.2/a.json": digest };
  const kept = new Map([
    ["0.0.1/a.json", "foo"],
    ["0.0.3/a.json", "foo"],
  ]);
  expect(changedSince(released, kept)).toEqual([
    "0.0.2/a.json is gone",
    "0.0.3/a.json is not in released.json",
  ]);
  expect(changedSince({ "0.0.1/a.json": digest }, new Map([["0.0.1/a.json", "bar"]]))).toEqual([
    "0.0.1/a.json was changed",
  ]);
});
