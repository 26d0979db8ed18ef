/** Proves that an explanation is of the very detection that it explains, and names what led there. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { explanation } from "../../contracts/explain.ts";
import { detect } from "./detect.ts";
import { explain } from "./explain.ts";
import { evidences, screenOf } from "./testing.ts";

describe("an explanation", () => {
  test("names every rule that was asked, up to the one that said yes", () => {
    const told = explain(screenOf("Overwrite a.txt? [y/N] █"), evidences.lineRead);
    const matched = told.rules.filter(({ read }) => read !== null);
    expect(matched).toHaveLength(1);
    expect(matched[0]).toMatchObject({ rule: "choices", read: { kind: "yes_no" } });
    expect(told.rules.slice(-1)).toEqual(matched);
    expect(told.rules.map(({ rule }) => rule)).toContain("dialog-box");
    expect(told.scene).toMatchObject({ line: "Overwrite a.txt? [y/N]", hanging: false });
    expect(told.waiting).toMatchObject({ waits: "yes", facts: ["kernel:read", "termios:line"] });
    expect(told.detection).toMatchObject({ state: "waiting", why: null });
  });

  test("says what was missing where nobody is found to ask", () => {
    const told = explain(screenOf("Overwrite a.txt? [y/N] █"), evidences.nobody);
    expect(told).toMatchObject({ scene: null, rules: [], evidence: { kernel: { waits: [] } } });
    expect(told.detection).toMatchObject({
      state: "working",
      why: "nobody waits for the terminal",
    });
  });

  test("says that a password is known by the terminal and not by its words", () => {
    const told = explain(screenOf("PIN █"), evidences.hiddenRead);
    expect(told.rules).toMatchObject([{ rule: "hidden-input", read: { kind: "password" } }]);
  });

  test("is lawful, and of the same detection as without one, for any text and evidence", () => {
    const piece = fc.constantFrom("Go on?", " [y/N]", "❯ one", "\n", "1) a", ": ", "> ", "█", "│");
    const known = fc.constantFrom(...Object.values(evidences));
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 12 }),
        known,
        fc.boolean(),
        (parts, facts, alternate) => {
          const snapshot = screenOf(parts.join(""), { alternate });
          const told = explanation.parse(explain(snapshot, facts));
          const detection = detect(snapshot, facts);
          expect(told.detection.state).toBe(detection.state);
          expect(told.detection.prompt).toEqual(
            detection.state === "waiting" ? detection.prompt : null,
          );
        },
      ),
    );
  });
});
