/** The policies that `policy init --preset` writes: each safe as it stands, and short to read. */
import { safeWorkRules } from "./safe-work.ts";

export const presetNames = ["minimal", "assist", "full-safe", "ci", "escalate-all"] as const;
export type PresetName = (typeof presetNames)[number];

/** What each is for, in half a line. */
export const presetPurpose: Readonly<Record<PresetName, string>> = {
  minimal: "answers nothing but 'press Enter'",
  assist: "suggests what full-safe would answer; you press the key",
  "full-safe": "reads, builds and edits in its folder; the rest comes to you",
  ci: "as full-safe, and denies what would come to you: nobody is there",
  "escalate-all": "every prompt comes to you; everything is recorded",
};

type Head = { name: PresetName; mode: "assist" | "full"; fallback: "require_human" | "deny" };

function head({ name, mode, fallback }: Head): string {
  return `# AtlasBridge policy, preset "${name}": ${presetPurpose[name]}.
# The first rule that matches decides. Check it: atlasbridge policy validate
policy_version: "2"
name: ${name}
autonomy_mode: ${mode}

# When no rule matches.
defaults:
  no_match: ${fallback}
  low_confidence: ${fallback}

# How often policy may answer before a person is asked.
brakes:
  replies_per_minute: 120
  same_prompt_per_minute: 20
`;
}

const pressEnter = `
  # "Press Enter to continue" is answered with Enter: that alone, not to deploy, to trust or to delete something.
  - id: press-enter
    match:
      prompt_type: [confirm_enter]
      min_confidence: high
      risk: [low]
      contains: '(press|hit) (the )?\\W*(enter|return|any key)\\W*( key)?( to (continue|proceed|go on))?\\W*$'
      contains_is_regex: true
      none_of:
        - contains: 'delet|destroy|drop|purge|wipe|truncate|overwrit|discard|remov|erase|format'
          contains_is_regex: true
        - subject: [shell, file_write, file_edit, file_delete, fetch, mcp, trust_folder, other]
    action: { type: auto_reply, value: "\\n" }
    examples:
      match: ["Press Enter to continue"]
      not_match: ["Press Enter to delete everything", "Press Enter to deploy"]
`;

const safeWork = `\nrules:${pressEnter}${safeWorkRules}`;

export const presets: Readonly<Record<PresetName, string>> = {
  minimal: `${head({ name: "minimal", mode: "full", fallback: "require_human" })}\nrules:${pressEnter}`,
  assist: head({ name: "assist", mode: "assist", fallback: "require_human" }) + safeWork,
  "full-safe": head({ name: "full-safe", mode: "full", fallback: "require_human" }) + safeWork,
  ci: head({ name: "ci", mode: "full", fallback: "deny" }) + safeWork,
  "escalate-all": `${head({ name: "escalate-all", mode: "full", fallback: "require_human" })}\nrules: []\n`,
};
