/** How the limits must stand to each other: a bound that contradicts another bounds nothing. */
import { describe, expect, test } from "bun:test";
import { limits } from "./limits.ts";

describe("limits", () => {
  test("each is a whole number above nothing, with its unit last in the name", () => {
    for (const [name, value] of Object.entries(limits)) {
      expect(Number.isInteger(value) && value > 0).toBe(true);
      expect(name).toMatch(/(Ms|Us|Bytes|Min|Max|Default)$/);
    }
  });

  test("a reply that fits in characters fits in bytes, four to a character", () => {
    expect(limits.replyBytesMax).toBeGreaterThanOrEqual(limits.replyCharsMax * 4);
  });

  test("a policy cannot hold a text that could never match or be typed", () => {
    expect(limits.patternCharsMax).toBeLessThanOrEqual(limits.questionCharsMax);
    expect(limits.optionLabelCharsMax).toBeLessThanOrEqual(limits.questionCharsMax);
    expect(limits.optionLabelCharsMax).toBeLessThanOrEqual(limits.replyCharsMax);
  });

  test("a full prompt fits into one entry: question, options and labels, escaped at worst", () => {
    const labels = limits.optionsMax * limits.optionLabelCharsMax;
    expect(limits.questionCharsMax + labels).toBeLessThan(limits.entryBytesMax);
  });

  test("the queue drains before it fills again", () => {
    expect(limits.intakeLowBytes * 2).toBeLessThanOrEqual(limits.intakeHighBytes);
    expect(limits.outputQueueLowBytes * 2).toBeLessThanOrEqual(limits.outputQueueHighBytes);
  });

  test("looking again slows down, and a reply outlives the looks and the check of its effect", () => {
    expect(limits.secondLookUs).toBeLessThan(limits.settleFirstMs * 1_000);
    expect(limits.settleFirstMs).toBeLessThan(limits.settleLastMs);
    expect(limits.settleLastMs).toBeLessThan(limits.effectMs);
    expect(limits.effectMs).toBeLessThan(limits.replyExpiryMs);
  });

  test("a wait for the database is shorter than a reply's life, or every locked reply would expire", () => {
    expect(limits.traceBusyMs).toBeLessThan(limits.replyExpiryMs);
  });

  test("a secret is had or given up before its reply expires, and fits into a terminal's line", () => {
    expect(limits.keychainReadMs).toBeLessThan(limits.replyExpiryMs);
    expect(limits.secretBytesMax).toBeLessThan(1_024);
  });

  test("what is left in the terminal is read within the time a tool has to end", () => {
    expect(limits.drainMs).toBeLessThan(limits.endGraceMs);
  });

  test("what was shown is in the recording within a second, and a frame of it can be read again", () => {
    expect(limits.recordingFlushMs + limits.recordingHoldMs).toBeLessThan(1_000);
    expect(limits.recordingHoldMs).toBeLessThan(limits.recordingFlushMs);
    // A byte is six characters of JSON at worst, an event forty around it.
    const frame = limits.recordingBatchBytes * 6 + limits.recordingBatchEventsMax * 40;
    expect(frame).toBeLessThan(limits.recordingFrameBytesMax);
    expect(limits.recordingLookBytes * 4).toBeLessThan(limits.recordingReserveBytes);
  });

  test("a repaint is shorter than the check of an effect", () => {
    expect(limits.goneMs).toBeLessThan(limits.effectMs);
  });

  test("the largest policy can be written within its file's bound only by sensible rules", () => {
    // The shortest rule takes about 40 bytes: the file's bound comes first only beyond the rules' bound.
    expect(limits.policyRulesMax * 40).toBeLessThan(limits.policyFileBytesMax);
  });
});
