/** How soon a page of a tenant with a million entries stands in a real browser, and answers a press with 10 000 rows on it. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as z from "zod";
import { beside, type Figure, judge, table } from "./figure.ts";
import { load } from "./machine.ts";
import { keepResult } from "./results.ts";

const { values } = parseArgs({ options: { quick: { type: "boolean", default: false } } });
const { quick } = values;

const pageMs = 200;
const pressMs = 100;

const took = z.strictObject({ wall: z.number(), cpu: z.number() });
const measured = z.strictObject({
  rows: z.int(),
  presses: z.array(took),
  visited: z.record(z.string(), z.array(took)),
});

/** The browser and the service, in a process of their own. */
async function measure(): Promise<z.infer<typeof measured>> {
  const file = join(import.meta.dir, "..", "dashboard", "testing", "measure.ts");
  const few = ["--sessions", "1000", "--visits", "2", "--rows", "1000"];
  const child = Bun.spawn([process.execPath, file, ...(quick ? few : [])], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const text = await new Response(child.stdout).text();
  if ((await child.exited) !== 0) throw new Error("the browser was not measured");
  return measured.parse(JSON.parse(text));
}

type Took = z.infer<typeof took>;
type Wish = { share: number; atMost: number };

/** By the clock on the wall, and by the processor's time of the page's own thread. */
function figuresOf(what: string, times: readonly Took[], { share, atMost }: Wish): Figure[] {
  const of = (which: keyof Took) => ({
    unit: "ms",
    ...beside(
      times.map((one) => one[which]),
      undefined,
      share,
    ),
    target: { of: "value", atMost } as const,
  });
  const named = `${what}, p${share * 100}`;
  return [
    { what: named, ...of("wall") },
    { what: `${named}, processor time of the page`, ...of("cpu") },
  ];
}

const before = load();
const { rows, presses, visited } = await measure();
const figures = [
  ...Object.entries(visited).flatMap(([path, times]) => {
    const name = path === "/" ? "overview" : path.slice(1);
    return figuresOf(name, times, { share: 0.95, atMost: pageMs });
  }),
  ...figuresOf(`a press with ${rows} rows until it is painted`, presses, {
    ...{ share: 0.98, atMost: pressMs },
  }),
];
const judged = figures.map(judge);
console.log(table(judged));
if (!quick) keepResult("pages", { before, figures: judged });
process.exitCode = judged.some(({ met }) => met === false) ? 1 : 0;
