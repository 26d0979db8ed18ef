/** The governed programs of a long soak: each writes, past its terminal, what it asked and was told. */

export const programNames = [
  "hasty",
  "talkative",
  "flooding",
  "resting",
  "dialog",
  "resized dialog",
  "busy dialog",
  "crashing",
  "marathon",
] as const;
export type ProgramName = (typeof programNames)[number];

export const policyText = `policy_version: "2"
name: soak
autonomy_mode: full
rules:
  - id: build
    match: { prompt_type: [yes_no], option: "Yes, build it" }
    action: { type: auto_reply, value: "y" }
  - id: continue
    match: { prompt_type: [yes_no], contains: "Continue" }
    action: { type: auto_reply, value: "y" }
`;

const line = 'IFS= read -r -p "Continue with $i? [y/n] " a';
const lines = (count: number): string =>
  `for n in $(seq ${count}); do echo "line $n of $i: Continue?"; done`;
const rule = "─".repeat(60);
/** Painted anew each time, with what was done above it; one key answers. */
const box =
  `printf '\\033[H\\033[Ja tool\\r\\n● Step %s\\r\\n%s\\r\\n Bash command\\r\\n\\r\\n   make part-%s\\r\\n\\r\\n Do you want to proceed?\\r\\n ❯ 1. Yes, build it\\r\\n   2. No (esc)\\r\\n\\r\\n Esc to cancel' "$(printf 'abcdefgh' | cut -c$((i % 8 + 1)))" "${rule}" "$i"; ` +
  "IFS= read -rsn1 a";

/** What comes before each question, the question, and the answer that it takes. */
const programs: Readonly<Record<ProgramName, { work: string; ask: string; takes: string }>> = {
  hasty: { work: "", ask: line, takes: "y" },
  talkative: { work: lines(200), ask: line, takes: "y" },
  flooding: { work: "head -c 300000 /dev/zero | tr '\\0' 'x' | fold -w 78", ask: line, takes: "y" },
  resting: { work: "sleep 0.5", ask: line, takes: "y" },
  dialog: { work: "", ask: box, takes: "1" },
  "resized dialog": { work: "sleep 0.1", ask: box, takes: "1" },
  "busy dialog": { work: lines(60), ask: box, takes: "1" },
  crashing: { work: "[ $i = 4 ] && { (sleep 0.02; kill -9 $$) & }", ask: line, takes: "y" },
  marathon: { work: "sleep 0.3", ask: line, takes: "y" },
};

/** `stop`: a file that ends a marathon; others ask `prompts` times. */
export function programText(
  name: ProgramName,
  { account, stop, prompts }: { account: string; stop: string; prompts: number },
): string {
  const { work, ask } = programs[name];
  const goesOn = name === "marathon" ? `[ ! -e ${stop} ]` : `[ $i -lt ${prompts} ]`;
  return `
i=0
while ${goesOn}; do
  i=$((i + 1))
  ${work}
  echo "asked $i" >> ${account}
  # Without a person to ask, whoever waits for one reads the end of their input.
  ${ask} || { echo "left $i" >> ${account}; continue; }
  echo "got $i <$a>" >> ${account}
done
# Another answer to the last question would be lying in the terminal now.
IFS= read -r -t 0.2 a && echo "surplus <$a>" >> ${account}
exit 0
`;
}

export type Told = { asked: number; got: number; left: number; odd: string[] };

/** The program's own account: how often it asked, was told the right thing or left without an answer, and what else it says. */
export function readAccount(name: ProgramName, text: string): Told {
  const { takes } = programs[name];
  const all = text.split("\n").filter((one) => one !== "");
  const isAsked = (one: string): boolean => /^asked \d+$/.test(one);
  const isLeft = (one: string): boolean => /^left \d+$/.test(one);
  const isRight = (one: string): boolean => new RegExp(`^got \\d+ <${takes}>$`).test(one);
  return {
    asked: all.filter(isAsked).length,
    got: all.filter(isRight).length,
    left: all.filter(isLeft).length,
    odd: all.filter((one) => !isAsked(one) && !isRight(one) && !isLeft(one)),
  };
}
