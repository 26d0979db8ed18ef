/** Every way of answering gives a valid policy that does what was answered. */
import { expect, test } from "bun:test";
import { compilePolicy } from "../compile.ts";
import { decide } from "../decide.ts";
import { exampleFacts } from "../examples.ts";
import { parsePolicy } from "../parse.ts";
import { initQuestions, policyFrom } from "./answers.ts";

for (const [scope] of initQuestions.scope.answers) {
  for (const [mode] of initQuestions.mode.answers) {
    for (const [rest] of initQuestions.rest.answers) {
      test(`${scope}, ${mode}, ${rest}`, () => {
        const parsed = parsePolicy(policyFrom({ scope, mode, rest }), "p.yaml");
        if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
        expect(parsed.policy.autonomy_mode).toBe(mode);
        const policy = compilePolicy(parsed.policy, { hash: parsed.hash, userHome: "/home/ada" });
        const actionOf = (question: string, kind: "confirm_enter" | "yes_no") =>
          decide(exampleFacts({ question, kind }), policy).action;
        const enter = actionOf("Press Enter to continue", "confirm_enter");
        expect(enter).toBe(scope === "nothing" ? rest : "auto_reply");
        expect(actionOf("Delete it all?", "yes_no")).toBe(rest);
      });
    }
  }
}
