/** The policy that `policy init` writes: safe as it stands, and short enough to learn the language from. */

export const starterPolicy = `# AtlasBridge policy. The first rule that matches decides; what no rule matches goes to you.
# Check it:  atlasbridge policy validate
# Try it:    atlasbridge policy test --question "Continue? [y/n]" --kind yes_no
policy_version: "1"
name: starter

# off: every prompt comes to you. assist: replies are suggested. full: replies are typed.
autonomy_mode: full

# What happens when no rule matches: require_human or deny.
defaults:
  no_match: require_human
  low_confidence: require_human

rules:
  # Rules that hold back come first, so that no later rule can answer what they mean.
  - id: ask-before-destroying
    description: Words that speak of losing something always come to you.
    match:
      contains: 'delet|destroy|drop|purge|wipe|truncate|overwrit|discard|remov|rm -|force'
      contains_is_regex: true
    action:
      type: require_human
      message: This may destroy something. Read it before you answer.

  - id: ask-for-secrets
    description: Secrets are never typed from a policy.
    match:
      contains: 'password|passphrase|token|api.?key|secret'
      contains_is_regex: true
    action:
      type: require_human
      message: This asks for a secret. Type it yourself.

  # "Press Enter to continue" is answered with Enter.
  - id: press-enter
    match:
      prompt_type: [confirm_enter]
      min_confidence: high
    action:
      type: auto_reply
      value: "\\n"

  # Remove the # signs to answer yes when a tool asks whether to continue, in one folder only.
  # - id: continue-yes
  #   match:
  #     prompt_type: [yes_no]
  #     contains: continue
  #     min_confidence: high
  #     repo: ~/projects
  #   action:
  #     type: auto_reply
  #     value: "y"
  #   max_auto_replies: 20
`;
