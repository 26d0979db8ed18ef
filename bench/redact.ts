/** What redaction finds and wrongly finds, and what it costs, beside secretlint's recommended preset alone. */
import { parseArgs } from "node:util";
import { rules } from "@secretlint/secretlint-rule-preset-recommend";
import { defaultConfig } from "../contracts/config.ts";
import { redactorOf } from "../runtime/trace/redact.ts";
import { isLeaked, type Planted, plantedTexts } from "../runtime/trace/redact/fakes.example.ts";
import { replaced, settled } from "../runtime/trace/redact/found.ts";
import { harmless } from "../runtime/trace/redact/harmless.example.ts";
import { PresetRules } from "../runtime/trace/redact/preset.ts";
import { beside, type Figure, judge, percentile, table } from "./figure.ts";
import { load } from "./machine.ts";
import { keepResult } from "./results.ts";

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    /** Names what was overlooked and what was wrongly taken. */
    misses: { type: "boolean", default: false },
  },
});
const rounds = values.quick ? 50 : 2_000;

type Redact = (text: string) => string;

const redactor = redactorOf({
  settings: defaultConfig.redaction,
  variables: {},
  loadRules: () => rules,
});
const ours: Redact = (text) => redactor.redact(text);
const preset = new PresetRules(() => rules);
const peer: Redact = (text) => replaced(text, settled(preset.find(text)), () => "[redacted:it]");

const dialog = `Do you want to proceed?
❯ 1. Yes
  2. Yes, and don't ask again for npm test commands in /home/ada/src
  3. No, and tell it what to do differently (esc)`;
const address =
  "Fetch https://ada@api.example.com/v1/items?page=2 and write it to items.json? [y/N] ";

/** What makes careless rules slow: beginnings without an end, within the runs of others. */
const hostile = [
  ...["xoxb-", "glpat-", "eyJa.", "password=", "token token=\\", "http://a:b", "mongodb://a:"],
  ...["-----BEGIN PRIVATE KEY-----\n", "-----END PRIVATE KEY-----\n", "mysql -p ", "curl -u a:b "],
  ...["aA0", "a_test_", "│ aaaaaaaaaaaaaaaaaaaa │\n", "Authorization: ", "login a password "],
];
const [shortChars, longChars] = [65_536, 262_144];

const planted = plantedTexts();

function overlooked(redact: Redact): Planted[] {
  return planted.filter(({ text, secrets }) => {
    const result = redact(text);
    return secrets.some((secret) => isLeaked(secret, result));
  });
}

const changed = (redact: Redact): string[] => harmless.filter((text) => redact(text) !== text);

function microseconds(text: string): { ours: number[]; peer: number[] } {
  const times = { ours: [] as number[], peer: [] as number[] };
  for (let round = 0; round < rounds; round += 1) {
    for (const [name, redact] of Object.entries({ ours, peer }) as ["ours" | "peer", Redact][]) {
      const from = performance.now();
      redact(text);
      times[name].push((performance.now() - from) * 1_000);
    }
  }
  return times;
}

function milliseconds(unit: string, chars: number): number {
  const text = unit.repeat(Math.ceil(chars / unit.length)).slice(0, chars);
  const times = Array.from({ length: values.quick ? 1 : 5 }, () => {
    const from = performance.now();
    ours(text);
    return performance.now() - from;
  });
  return percentile(times, 0.5);
}

function costOf(what: string, text: string): Figure[] {
  const times = microseconds(text);
  return ([0.5, 0.99] as const).map((share) => ({
    what: `${what}, ${text.length} characters, p${share * 100}`,
    unit: "µs",
    ...beside(times.ours, ["preset alone", times.peer], share),
    target: share === 0.5 ? { of: "value", atMost: 100 } : null,
  }));
}

function figures(): Figure[] {
  const share = (redact: Redact): number =>
    100 - (overlooked(redact).length / planted.length) * 100;
  const growth = hostile.map(
    (unit) => milliseconds(unit, longChars) / milliseconds(unit, shortChars),
  );
  return [
    {
      what: `planted secrets found, of ${planted.length} texts`,
      unit: "%",
      ours: share(ours),
      peer: { name: "preset alone", value: share(peer) },
      target: { of: "value", atLeast: 99 },
      runs: 1,
    },
    {
      what: `harmless texts changed, of ${harmless.length}`,
      unit: "",
      ours: changed(ours).length,
      peer: { name: "preset alone", value: changed(peer).length },
      target: { of: "value", atMost: 0 },
      runs: 1,
    },
    ...costOf("a dialog", dialog),
    ...costOf("an address with a user", address),
    {
      what: `hostile text four times as long, median of ${hostile.length} kinds`,
      unit: "× time",
      ours: percentile(growth, 0.5),
      peer: null,
      target: { of: "value", atMost: 8 },
      runs: hostile.length,
    },
  ];
}

const before = load();
const judged = figures().map(judge);
console.log(table(judged));
if (values.misses) {
  for (const { kind, text } of overlooked(ours)) console.log(`overlooked ${kind}: ${text}`);
  for (const text of changed(ours)) console.log(`changed: ${text} → ${ours(text)}`);
}
if (!values.quick) keepResult("redact", { before, figures: judged });
process.exitCode = judged.some(({ met }) => met === false) ? 1 : 0;
