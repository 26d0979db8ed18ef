/** Programs of awk and sed that do nothing but turn text into other text. */
import { literal, mayBeOption, type Word } from "./command.ts";

/** A program of awk in which nothing is run, read or written but its input and output. */
const plainAwk = /^(?:(?!system|getline)[^|>@]|>=)*$/;

export function runsAwkCode(operands: readonly Word[]): boolean {
  for (let index = 0; index < operands.length; index += 1) {
    const text = literal(operands[index]);
    if (text === null) return true;
    if (text === "-F" || text === "-v") {
      index += 1;
      if (operands[index] === undefined || literal(operands[index]) === null) return true;
    } else if (text.startsWith("-")) {
      if (!/^-[Fv]./.test(text)) return true;
    } else return !plainAwk.test(text);
  }
  return false;
}

const address = String.raw`(?:\d+|\$|/(?:[^/\\[\n]|\\[^\n]|\[[^\]/\\\n]+\])+/)`;
const substitution = ["/", "|", "#", ",", "@", ":"]
  .map((mark) => {
    const mask = mark === "|" ? "\\|" : mark;
    const part = String.raw`(?:[^${mask}\\\n[]|\\[^\n]|\[[^\]${mask}\\\n]+\])*`;
    return `s${mask}${part}${mask}${part}${mask}[gpiI0-9]*`;
  })
  .join("|");
const command = String.raw`(?:${address}(?:,${address})?)?\s*!?\s*(?:[pdq=]|${substitution})`;
/** A script of sed that only prints, deletes and substitutes. */
const plainSed = new RegExp(`^\\s*(?:${command})\\s*(?:[;\\n]\\s*(?:${command})\\s*)*;?\\s*$`);

const plainOption = /^-(?:[nErsuzi]+|i\.\w+|-(?:quiet|silent|regexp-extended|in-place))$/;

export function runsSedCode(operands: readonly Word[]): boolean {
  const scripts: (string | null)[] = [];
  let first: string | null = null;
  for (let index = 0; index < operands.length; index += 1) {
    const operand = operands[index] ?? { unknown: "nothing" };
    const text = literal(operand);
    if (text === null && mayBeOption(operand)) return true;
    if (text === null || plainOption.test(text)) continue;
    if (text === "-e" || text === "--expression") {
      index += 1;
      scripts.push(literal(operands[index]));
    } else if (/^-./.test(text)) return true;
    else first ??= text;
  }
  if (scripts.length === 0) scripts.push(first);
  return !scripts.every((script) => script !== null && plainSed.test(script));
}
