/** The presets against lists written by two who had not read them. */
import { describe, expect, test } from "bun:test";
import { shellSubject } from "../examples.ts";
import { newcomerAttacks } from "./newcomer.example.ts";
import { presetNames, presets } from "./presets.ts";
import { strangerAttacks, strangerDays, strangerLinks, strangerPaths } from "./stranger.example.ts";
import { actionOf, compileText, fileSubject } from "./testing.ts";

test("there is enough of it", () => {
  expect(new Set(strangerAttacks).size).toBeGreaterThanOrEqual(150);
  expect(new Set(strangerDays).size).toBeGreaterThanOrEqual(100);
  expect(new Set(newcomerAttacks).size).toBeGreaterThanOrEqual(700);
});

describe.each([...presetNames])("%s", (name) => {
  const policy = compileText(presets[name], name);

  test("approves none of a stranger's attacks, nor of a newcomer's", () => {
    const approved = [...strangerAttacks, ...newcomerAttacks].filter(
      (command) => actionOf(policy, { subject: shellSubject(command) }) === "auto_reply",
    );
    expect(approved).toEqual([]);
  });

  test("approves no change of a file that a stranger would attack", () => {
    const types = ["file_edit", "file_write", "file_delete"] as const;
    const asked = strangerPaths.flatMap((path) => types.map((type) => fileSubject(type, path)));
    expect(asked.filter((subject) => actionOf(policy, { subject }) === "auto_reply")).toEqual([]);
  });

  test("is not fooled by links", () => {
    const approved = strangerLinks.filter(
      ({ command, links }) =>
        actionOf(policy, { subject: shellSubject(command), links }) === "auto_reply",
    );
    expect(approved).toEqual([]);
  });

  test("approves nothing that the screen cuts off", () => {
    const approved = strangerDays.filter(
      (command) =>
        actionOf(policy, { subject: shellSubject(command), prompt: { cut: true } }) ===
        "auto_reply",
    );
    expect(approved).toEqual([]);
  });
});

test("without the links most of those commands are ordinary", () => {
  const policy = compileText(presets["full-safe"], "full-safe");
  const approved = strangerLinks.filter(
    ({ command }) => actionOf(policy, { subject: shellSubject(command) }) === "auto_reply",
  );
  expect(approved.length).toBeGreaterThan(4);
});

test("most of a stranger's day needs no person under full-safe", () => {
  const policy = compileText(presets["full-safe"], "full-safe");
  const approved = strangerDays.filter(
    (command) => actionOf(policy, { subject: shellSubject(command) }) === "auto_reply",
  );
  expect(approved.length / strangerDays.length).toBeGreaterThanOrEqual(0.7);
});
