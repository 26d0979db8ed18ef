/** A policy that answers whatever one may, for a recording whose options are known. */
import { stringify } from "yaml";
import type { Case } from "../../runtime/lab/case-files.ts";

const risk = ["low", "medium", "high", "critical"];

/** By kind alone; of a choice, the first of the labelled options that is offered. */
export function everythingPolicy({ expected }: Case): string {
  const labels = new Set(
    expected.prompts.flatMap(({ options }) => options ?? []).map(({ label }) => label),
  );
  const rule = (id: string, match: object, action: object) => ({
    id,
    match: { ...match, risk },
    action: { type: "auto_reply", ...action },
  });
  const policy = {
    policy_version: "2",
    name: "everything",
    autonomy_mode: "full",
    rules: [
      rule("yes", { prompt_type: ["yes_no"] }, { value: "y" }),
      rule("enter", { prompt_type: ["confirm_enter"] }, { value: "\n" }),
      rule("text", { prompt_type: ["free_text"] }, { value: "x" }),
      rule("page", { prompt_type: ["pager"] }, { value: "q" }),
      ...[...labels].map((option, at) =>
        rule(
          `choice-${at}`,
          { prompt_type: ["multiple_choice", "yes_no"], option },
          { reply: { option } },
        ),
      ),
    ],
  };
  return stringify(policy, { aliasDuplicateObjects: false });
}
