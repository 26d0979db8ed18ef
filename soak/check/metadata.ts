/** Metadata only: nothing that stood on a screen, was typed by a person, or names a place on the disk is sent. */
import type { Checker } from "../facts.ts";

export function metadataOnly(content: readonly string[]): Checker {
  const found: string[] = [];
  return {
    name: "metadata only",
    see(fact) {
      if (fact.what !== "sent") return;
      for (const mark of content) {
        const at = fact.text.indexOf(mark);
        if (at >= 0)
          found.push(`${fact.machine} sent ${fact.text.slice(Math.max(0, at - 60), at + 40)}`);
      }
    },
    violations: () => found,
  };
}
