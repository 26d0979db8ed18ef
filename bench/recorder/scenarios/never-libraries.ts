/** Libraries at work: spinners, gauges, task lists and boards, with listeners for keys and words that look asked. */
import type { Scenario } from "../scenario.ts";

type Row = [
  program: string,
  needs: Pick<Scenario, "npm" | "apt">,
  script: string,
  why: string,
  run?: string,
];

const ink = ["ink@6.8.0", "react@19.2.0"];
const nap = "const nap = (ms) => new Promise((r) => setTimeout(r, ms));";
const listen =
  'process.stdin.setRawMode(true); process.stdin.resume(); process.stdin.on("data", (d) => { if (d[0] === 3) process.exit(); });';

const rows: readonly Row[] = [
  [
    "clack-spinner",
    { npm: ["@clack/prompts@0.11.0"] },
    `import * as p from "@clack/prompts"; ${nap}
p.intro("Deploy"); const s = p.spinner(); s.start("Overwrite everything? (y/N)"); await nap(2500); s.stop("Done"); p.log.step("Which region?"); p.log.message("● eu\\n○ us"); await nap(1500); p.outro("Bye");`,
    "a spinner, and a log that looks like a list to choose from",
  ],
  [
    "listr2-tasks",
    { npm: ["listr2@9.0.5"] },
    `import { Listr } from "listr2"; ${nap}
await new Listr([{ title: "Which files?", task: () => nap(1200) }, { title: "Continue? (Y/n)", task: async (_, t) => { t.output = "❯ first"; await nap(1500); } }, { title: "Pack", task: () => nap(800) }]).run();`,
    "tasks whose titles look asked",
  ],
  [
    "ink-board",
    { npm: ink },
    `import React from "react"; import { render, Box, Text, useInput, useApp } from "ink"; const h = React.createElement;
const App = () => { const { exit } = useApp(); const [n, set] = React.useState(0); useInput(() => {});
React.useEffect(() => { const t = setInterval(() => set((x) => x + 1), 300); setTimeout(() => { clearInterval(t); exit(); }, 3500); return () => clearInterval(t); }, []);
return h(Box, { flexDirection: "column" }, h(Text, null, "Which job runs now?"), ...["build", "test", "ship"].map((j, i) => h(Text, { key: j, inverse: i === n % 3 }, "  " + j))); };
render(h(App));`,
    "a board whose highlight moves by itself, with a listener for keys",
  ],
  [
    "ink-still",
    { npm: ink },
    `import React from "react"; import { render, Box, Text, useInput, useApp } from "ink"; import { spawn } from "node:child_process"; const h = React.createElement;
const App = () => { const { exit } = useApp(); useInput(() => {});
React.useEffect(() => { spawn("sleep", ["3"]).on("exit", () => exit()); }, []);
return h(Box, { flexDirection: "column" }, h(Text, null, "Deploying to:"), h(Text, { color: "cyan" }, "❯ production"), h(Text, null, "  staging")); };
render(h(App));`,
    "a list that shows what is done, while a child does it and keys are listened to",
  ],
  [
    "terminal-kit-gauge",
    { npm: ["terminal-kit@3.1.2"] },
    `import tk from "terminal-kit"; const term = tk.terminal; term.grabInput();
const bar = term.progressBar({ width: 70, title: "Delete old files?", percent: true }); let n = 0;
const t = setInterval(() => { n += 0.08; bar.update(n); if (n >= 1) { clearInterval(t); setTimeout(() => { term.grabInput(false); process.exit(); }, 200); } }, 250);`,
    "a gauge with a title that looks asked",
  ],
  [
    "blessed-board",
    { npm: ["neo-blessed@0.2.0"] },
    `import blessed from "neo-blessed"; const screen = blessed.screen({ smartCSR: true });
const list = blessed.list({ parent: screen, top: 3, left: 10, width: 40, height: 8, border: "line", label: " Queue ", items: ["one", "two", "three"], style: { selected: { inverse: true } } });
let n = 0; const t = setInterval(() => { list.select(++n % 3); screen.render(); }, 250); screen.render(); setTimeout(() => { clearInterval(t); process.exit(0); }, 3500);`,
    "a board in a frame whose highlight moves by itself",
  ],
  [
    "colours-listened",
    {},
    `${listen} const c = (s) => "\\u001b[36m" + s + "\\u001b[0m"; console.log("Which tests ran?"); console.log("  unit"); console.log(c("  e2e")); console.log("  fuzz");
setTimeout(() => { console.log("Waiting for file changes..."); setTimeout(() => process.exit(), 1500); }, 1800);`,
    "coloured output while keys are listened to",
  ],
  [
    "value-listened",
    {},
    `${listen} process.stdout.write("Uploaded: 12 of 40 files"); let n = 12; const t = setInterval(() => { process.stdout.write("\\rUploaded: " + ++n + " of 40 files"); }, 400); setTimeout(() => process.exit(), 3500);`,
    "a name and a value that change, while keys are listened to",
  ],
];

const others: readonly Row[] = [
  [
    "rich-live",
    { apt: ["python3-rich"] },
    `import time
from rich.live import Live
from rich.table import Table
def table(n):
    t = Table(title="Which one?")
    t.add_column("Name"); t.add_column("State")
    for i, x in enumerate(["alpha", "beta", "gamma"]): t.add_row(x, "y/n", style="reverse" if i == n % 3 else "")
    return t
with Live(table(0), refresh_per_second=4) as live:
    for n in range(12): time.sleep(0.25); live.update(table(n))`,
    "a table that is painted again and again",
    "exec /usr/bin/python3 ask.mjs",
  ],
  [
    "click-progress",
    { apt: ["python3-click"] },
    `import click, time
with click.progressbar(range(20), label="Replace all? [y/N]") as bar:
    for _ in bar: time.sleep(0.15)
click.echo("Name [Ada]: ", nl=False); time.sleep(1); click.echo("taken from the settings")`,
    "a bar whose label looks asked, and a line that a program ends itself",
    "exec /usr/bin/python3 ask.mjs",
  ],
  [
    "whiptail-gauge",
    { apt: ["whiptail"] },
    "for i in 10 30 50 70 90; do echo $i; sleep 0.6; done | whiptail --gauge 'Format the disk?' 7 50 0",
    "a gauge in a box",
    "exec sh ask.mjs",
  ],
  [
    "dialog-gauge",
    { apt: ["dialog"] },
    "for i in 10 30 50 70 90; do echo $i; sleep 0.6; done | dialog --gauge 'Are you sure?' 7 50 0; dialog --infobox 'Continue? Please wait' 5 40; sleep 1.5",
    "a gauge in a box, and a note that waits for nobody",
    "exec sh ask.mjs",
  ],
  [
    "ruby-spinner",
    { apt: ["ruby"] },
    `20.times { |i| print "\\r#{%w(| / - \\\\)[i % 4]} Overwrite config.yml? [Ynaqdhm] "; sleep 0.15 }
puts; puts "‣ alpha", "  beta"; sleep 1.2`,
    "a spinner before words that look asked, and a list that is output",
    "exec ruby ask.mjs",
  ],
  [
    "select-output",
    {},
    `printf 'Choose one:\\n1) red\\n2) green\\n#? '; sleep 2; printf '\\n(x) on\\n( ) off\\n'; sleep 1.5`,
    "lists that are output, and nobody reads",
    "exec sh ask.mjs",
  ],
  [
    "column-output",
    {},
    `printf 'Which is it?\\n\\033[7m one \\033[0m two   three\\n\\033[?25l'; sleep 2; printf '\\033[?25h│ ◻ a\\n│ ◼ b\\n'; sleep 1.5`,
    "highlights that are output, and nobody reads",
    "exec sh ask.mjs",
  ],
  [
    "symfony-progress",
    { apt: ["php-symfony-console"] },
    `<?php require "/usr/share/php/Symfony/Component/Console/autoload.php";
$io = new Symfony\\Component\\Console\\Style\\SymfonyStyle(new Symfony\\Component\\Console\\Input\\ArgvInput(), new Symfony\\Component\\Console\\Output\\ConsoleOutput());
$io->title("Are you sure?"); $io->listing(["yes", "no"]); $io->progressStart(8); for ($i = 0; $i < 8; $i++) { usleep(250000); $io->progressAdvance(); } $io->progressFinish();`,
    "a title that looks asked, a list and a bar",
    "exec php ask.mjs",
  ],
  [
    "own-screen-output",
    {},
    `printf '\\033[?1049h\\033[?25l\\033[H  Which host?\\n\\n\\033[7m alpha \\033[0m\\n beta\\n'; sleep 2.5; printf '\\033[?25h\\033[?1049l'`,
    "a screen of its own with a list, and nobody reads",
    "exec sh ask.mjs",
  ],
  [
    "frame-output",
    {},
    `printf '      ┌ Remove it? ─────┐\\n      │ < Yes >  < No > │\\n      └─────────────────┘\\n\\033[?25l'; sleep 2.5; printf '\\033[?25h'`,
    "a box with buttons that is output, and nobody reads",
    "exec sh ask.mjs",
  ],
  [
    "perl-toggle-output",
    { apt: ["perl"] },
    `$| = 1; print "\\e[?25lDeploy now?  \\e[4mYes\\e[0m / No\\r"; sleep 2; print "\\e[K\\e[?25hDeploy now?  No\\n";`,
    "an answer that is shown and taken by the program itself",
    "exec perl ask.mjs",
  ],
  [
    "python-painted-cursor",
    { apt: ["python3-rich"] },
    `import sys, time
for n in range(10):
    sys.stdout.write("\\r\\033[?25lTyping: hello" + "\\033[7m \\033[0m" * (n % 2) + " "); sys.stdout.flush(); time.sleep(0.25)
print("\\033[?25h")`,
    "a painted cursor that blinks in output",
    "exec /usr/bin/python3 ask.mjs",
  ],
  [
    "words-of-languages",
    {},
    `printf '続行しますか？（はい/いいえ） '; sleep 1.2; printf 'はい\\nDesea continuar? [S/n] '; sleep 1.2; echo S`,
    "questions in other languages that a program answers itself",
    "exec sh ask.mjs",
  ],
];

export const neverLibraries: readonly Scenario[] = [...rows, ...others].map(
  ([program, needs, script, why, run = "exec node ask.mjs"]) => ({
    ...needs,
    name: `never-${program}`,
    program,
    files: { "ask.mjs": script },
    run,
    never: why,
    forMs: 5_000,
  }),
);
