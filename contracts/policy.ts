/** The policy language, versions 0 to 2, as data: what a policy file may say after YAML has been read. */
import * as z from "zod";
import { activity } from "./activity.ts";
import { limits } from "./limits.ts";
import { risk } from "./decision.ts";
import { confidence, promptKind, subject } from "./prompt.ts";
import { secretName } from "./secret.ts";

export const autonomyMode = z.enum(["off", "assist", "full"]);
export type AutonomyMode = z.infer<typeof autonomyMode>;

const wordChars = "[^\\s;|&<>$`(){}\"'\\\\]+";
const isWord = new RegExp(`^${wordChars}$`);
const word = z
  .string()
  .max(limits.commandPatternCharsMax)
  .regex(isWord, "must be one word, with * for any part of it");

/**
 * `git push **`: a program and its arguments, `*` for any part of a word, `**` at the end for all that follows. Or a
 * program with words that one of its arguments, or none, may match.
 */
export const commandPattern = z.union([
  z
    .string()
    .max(limits.commandPatternCharsMax)
    .regex(
      new RegExp(`^${wordChars}(?: ${wordChars})*$`),
      "must be one command: a program and its arguments, with * for any part of a word",
    )
    .refine(
      (text) => !text.split(" ").slice(0, -1).includes("**"),
      'must have "**" at its end only, where it stands for all that follows',
    ),
  z.strictObject({
    program: word,
    /** One of these comes first: the subcommand, of programs that have some. */
    first_argument: z.array(word).min(1).max(limits.matchBlocksMax).optional(),
    any_argument: z.array(word).min(1).max(limits.matchBlocksMax).optional(),
    no_argument: z.array(word).min(1).max(limits.matchBlocksMax).optional(),
  }),
]);
export type CommandPattern = z.infer<typeof commandPattern>;

const pathPattern = z
  .string()
  .max(limits.policyPathCharsMax)
  .regex(
    /^(?:inside|outside|(?:\/|~\/|\.\/|\*\*\/)(?!\.\.?(?:\/|$))(?:[^/]+\/(?!\.\.?(?:\/|$)))*[^/]*)$/,
    "must be inside, outside, or begin with / or ~/ or ./ or **/ and go nowhere by ..",
  );

const hostPattern = z
  .string()
  .max(limits.hostCharsMax)
  .regex(
    /^(?:(?:\*\.)?[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:.]+\])$/,
    "must be a host's name, such as example.com, or *.example.com for all below it",
  );

/** The words of `sessions list`, and those of AtlasBridge 1 for the same. */
export const sessionStateName = z.enum([
  ...activity.shape.state.options,
  ...(["awaiting_input", "running", "streaming", "stopped"] as const),
]);

export const policyMatch = z.strictObject({
  /** Name of the tool (`claude`, `git`), compared whole; `*` is any. */
  tool_id: z.string().min(1).default("*"),
  /** The session's folder must be this one or lie below it; compared by path segments. */
  repo: z.string().min(1).optional(),
  /**
   * Kinds of prompt; `*` is any. An automatic reply to `unknown` needs that kind by name. `tool_use` was of AtlasBridge 1's
   * chat mode: versions 0 and 1 may name it, and no prompt of a terminal is of it.
   */
  prompt_type: z
    .array(z.enum([...promptKind.options, "*", "tool_use"]))
    .min(1)
    .optional(),
  /**
   * Text within the question, command or path, letter case ignored; a pattern when `contains_is_regex`. For rules that
   * hold back (`deny`, `require_human`) the paragraph above the question is searched as well.
   */
  contains: z.string().min(1).max(limits.patternCharsMax).optional(),
  contains_is_regex: z.boolean().default(false),
  min_confidence: confidence.default("low"),
  max_confidence: confidence.default("high"),
  /** The session's label (`run --label`), compared whole. Version 1 and later. */
  session_tag: z.string().min(1).optional(),
  /** What the session is doing, as `sessions list` has it: at a prompt it is `waiting`. Version 1 and later. */
  session_state: z.array(sessionStateName).min(1).optional(),
  /** The environment's name (`run --environment`), compared whole; unknown where none was given. Version 1 and later. */
  environment: z.string().min(1).max(limits.environmentNameCharsMax).optional(),
  /** Whether a person trusts the session's folder (`workspace trust`). Version 1 and later. */
  workspace_trusted: z.boolean().optional(),
  /** The profile that a person gave to the session's folder (`workspace profile`). Version 1 and later. */
  workspace_profile: z.string().min(1).max(limits.workspaceProfileCharsMax).optional(),
  /** What is to be approved; a prompt that says nothing of it has none. Version 2. */
  subject: z.array(subject.shape.type).min(1).optional(),
  /**
   * Simple commands of the shell text that is to be approved. A rule that answers must name every one of them; for a
   * rule that holds back, and within `none_of`, one is enough. What cannot be read goes to a person. Version 2.
   */
  command: z.array(commandPattern).min(1).max(limits.commandPatternsMax).optional(),
  /**
   * The paths it is about, links followed: `inside` or `outside` the session's folder, or patterns that begin with `/`,
   * `~/`, `./` (the session's folder) or `**` and a slash. Every path or one of them, as for `command`. Version 2.
   */
  path: z.array(pathPattern).min(1).max(limits.matchBlocksMax).optional(),
  /** The host that is to be reached: a name, or `*.name` for every name below it. Version 2. */
  host: z.array(hostPattern).min(1).max(limits.matchBlocksMax).optional(),
  /** An option of this label is offered; letter case and spacing ignored. Version 2. */
  option: z.string().min(1).max(limits.optionLabelCharsMax).optional(),
  /** Levels of risk; only a rule that names `critical` here may answer at that level. Version 2. */
  risk: z.array(risk).min(1).optional(),
  /** At least one of these must match as well; each may hold every field of `match`. Version 1 and later. */
  get any_of() {
    return z.array(policyMatch).min(1).max(limits.matchBlocksMax).optional();
  },
  /** None of these may match; each may hold every field of `match`. Version 1 and later. */
  get none_of() {
    return z.array(policyMatch).min(1).max(limits.matchBlocksMax).optional();
  },
});
export type PolicyMatch = z.infer<typeof policyMatch>;

export const replyConstraints = z.strictObject({
  max_length: z.int().min(1).max(limits.replyCharsMax).optional(),
  numeric_only: z.boolean().default(false),
  allowed_choices: z.array(z.string()).min(1).optional(),
  /** False: `allowed_choices` must be given, so that nothing but one of them can be the value. */
  allow_free_text: z.boolean().default(true),
});

/** A reply by what it means, whatever keys this prompt has for it. Version 2. */
export const policyReply = z.union([
  /** `approve_once`: this once and nothing lasting. `deny`: the same as the action `deny`. */
  z.enum(["approve_once", "deny"]),
  /** The option of this label, wherever it stands. The only way to choose a lasting grant. */
  z.strictObject({ option: z.string().min(1).max(limits.optionLabelCharsMax) }),
  /** Text, where text is asked for. */
  z.strictObject({ text: z.string().max(limits.replyCharsMax) }),
]);
export type PolicyReply = z.infer<typeof policyReply>;

export const policyAction = z.discriminatedUnion("type", [
  z.strictObject({
    type: z.literal("auto_reply"),
    /** What to answer; exactly one of `value`, `reply` and `secret`. */
    value: z.string().max(limits.replyCharsMax).optional(),
    reply: policyReply.optional(),
    /**
     * Entry of the keychain whose secret is typed; it stands nowhere else. Only for passwords of one tool that is
     * named, and once in a session unless `max_auto_replies` says otherwise. Version 1 and later.
     */
    secret: secretName.optional(),
    constraints: replyConstraints.optional(),
  }),
  z.strictObject({ type: z.literal("require_human"), message: z.string().optional() }),
  z.strictObject({ type: z.literal("deny"), reason: z.string().optional() }),
  z.strictObject({ type: z.literal("notify_only"), message: z.string().optional() }),
]);
export type PolicyAction = z.infer<typeof policyAction>;

/** A prompt in short: a question, or what matters of it. What is left out is such that the rule's own match allows it. */
export const policyExample = z.union([
  z.string().min(1).max(limits.questionCharsMax),
  z.strictObject({
    question: z.string().min(1).max(limits.questionCharsMax).optional(),
    kind: promptKind.optional(),
    tool_id: z.string().min(1).optional(),
    cwd: z.string().min(1).optional(),
    confidence: confidence.optional(),
    options: z.array(z.string().max(limits.optionLabelCharsMax)).max(limits.optionsMax).optional(),
    subject: subject.shape.type.optional(),
    command: z.string().optional(),
    path: z.string().optional(),
    host: z.string().optional(),
  }),
]);
export type PolicyExample = z.infer<typeof policyExample>;

const someExamples = z.array(policyExample).max(limits.ruleExamplesMax).default([]);

export const policyRule = z.strictObject({
  id: z
    .string()
    .min(1)
    .max(limits.ruleIdCharsMax)
    .regex(/^[A-Za-z0-9_-]+$/, "may hold letters, digits, _ and - only"),
  description: z.string().optional(),
  match: policyMatch.prefault({}),
  action: policyAction,
  max_auto_replies: z.int().min(1).max(limits.autoRepliesPerRuleMax).optional(),
  /** Checked when the file is loaded: prompts that the rule's match must and must not cover. Version 2. */
  examples: z.strictObject({ match: someExamples, not_match: someExamples }).optional(),
});
export type PolicyRule = z.infer<typeof policyRule>;

const fallback = z.enum(["require_human", "deny"]).default("require_human");

const replyCount = z.int().min(1).max(limits.autoRepliesPerRuleMax).optional();

/** How often policy may answer in one session before a person is asked instead; no brake can be taken off. Version 2. */
export const policyBrakes = z.strictObject({
  replies_per_minute: replyCount,
  /** Replies to the very same prompt within a minute: a tool that asks it again and again is not helped by a reply. */
  same_prompt_per_minute: replyCount,
  /** In the whole session; without it there is no such bound. */
  replies_per_session: replyCount,
});
export type PolicyBrakes = z.infer<typeof policyBrakes>;

export const policy = z.strictObject({
  policy_version: z.enum(["0", "1", "2"]),
  name: z.string().min(1).default("default"),
  autonomy_mode: autonomyMode.optional(),
  /**
   * Another policy file, whose rules come after this one's; relative to this file's folder. A rule here replaces the
   * one of the same id there. What this file does not say of `autonomy_mode` and `defaults`, that one does. Version 1.
   */
  extends: z.string().min(1).max(limits.policyPathCharsMax).optional(),
  defaults: z.strictObject({ no_match: fallback, low_confidence: fallback }).prefault({}),
  brakes: policyBrakes.prefault({}),
  rules: z.array(policyRule).max(limits.policyRulesMax).default([]),
});
export type Policy = z.infer<typeof policy>;
