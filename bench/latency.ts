/** How long a prompt waits where there is no peer: a full-screen tool's dialog, and many sessions at once. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { askingScript, waitsIn } from "./asking.ts";
import { type Bed, type Bench, governed, runQuietly } from "./bed.ts";
import { beside, type Figure } from "./figure.ts";

const dialogsPerSession = 3;
const promptsPerSession = 4;

/** Paints a dialog in raw mode as AI tools do, blinking a mark, and tells how long it waited for the key. */
const dialogTool = `
const rule = "─".repeat(78), dashes = "╌".repeat(78);
let asked = 0, at = 0;
const paint = () => {
  process.stdout.write("\\x1b[H\\x1b[J● make it " + asked + "\\r\\n" + [rule, " Bash command", dashes, " make part" + asked, dashes,
    " Do you want to proceed?", " ❯ 1. Yes", "   2. No", "", " Esc to cancel"].join("\\r\\n"));
  at = performance.now();
};
const ask = () => { asked += 1; paint(); };
process.stdout.write("\\x1b[?1049h\\x1b[?25l");
process.stdin.setRawMode(true).on("data", (keys) => {
  console.error("waited=" + (performance.now() - at).toFixed(3) + " got=" + JSON.stringify(String(keys)));
  process.stdout.write("\\x1b[H\\x1b[Jworking\\r\\n");
  if (asked < ${dialogsPerSession}) setTimeout(ask, 400);
  else { process.stdout.write("\\x1b[?25h\\x1b[?1049l"); process.exit(); }
});
setInterval(() => process.stdout.write("\\x1b7\\x1b[1;1H" + (Date.now() % 2 ? "●" : " ") + "\\x1b8"), 600);
setTimeout(ask, 300);
`;

/** How long others wait for a screen to come to rest, before they know what it says; their code's constants. */
const settling = "agentapi 16 to 48 ms, herdr 300 to 700 ms";

/** Starting many at once is not what is measured: the questions begin when all are up. */
const startSeconds = 5;

export const latency: Bench = {
  about: "a dialog's last paint → its key; a line prompt among 3 and 20 sessions at once",
  peers: [],
  async measure(bed) {
    return [
      ...(await dialogFigures(bed)),
      await concurrent(bed, { sessions: 3, atMost: 100 }),
      await concurrent(bed, { sessions: 20, atMost: 250 }),
    ];
  },
};

async function dialogFigures(bed: Bed): Promise<Figure[]> {
  const tool = join(bed.folder, "dialog.cjs");
  writeFileSync(tool, dialogTool);
  const log = join(bed.folder, "dialog.log");
  const argv = governed(bed, "sh", "-c", `exec ${process.execPath} ${tool} 2>>${log}`);
  const rounds = bed.quick ? 2 : 15;
  for (let round = 0; round < rounds; round += 1) await runQuietly(argv, bed.folder);
  const text = await Bun.file(log).text();
  const waited = [...text.matchAll(/waited=([\d.]+) got="1"/g)].map((m) => Number(m[1]));
  if (waited.length !== rounds * dialogsPerSession) {
    throw new Error(
      `${waited.length} of ${rounds * dialogsPerSession} dialogs were answered: ${text}`,
    );
  }
  const figure = (what: string, share: number, target: Figure["target"]): Figure => {
    return { what, unit: "ms", ...beside(waited, undefined, share), target, published: settling };
  };
  return [
    figure("dialog, median", 0.5, null),
    figure("dialog, p95", 0.95, { of: "value", atMost: 120 }),
  ];
}

async function concurrent(
  bed: Bed,
  { sessions, atMost }: { sessions: number; atMost: number },
): Promise<Figure> {
  const script = join(bed.folder, "asking.sh");
  writeFileSync(script, askingScript(promptsPerSession, startSeconds));
  const argv = governed(bed, "bash", script);
  const waited: number[] = [];
  for (let round = 0; round < (bed.quick ? 1 : 3); round += 1) {
    const runs = Array.from({ length: sessions }, () => runQuietly(argv, bed.folder));
    for (const out of await Promise.all(runs)) {
      waited.push(...waitsIn(out, promptsPerSession));
    }
  }
  const what = `line prompt among ${sessions} sessions, p95`;
  return { what, unit: "ms", ...beside(waited, undefined, 0.95), target: { of: "value", atMost } };
}
