/** Questions that stand on a screen whose program listens to keys, has threads or a child, and asks nothing. */
import type { Scenario } from "../scenario.ts";

type Silent = Omit<Scenario, "name" | "program" | "never">;

const dashboard = `import curses,time
def main(s):
    curses.curs_set(0); s.timeout(250); t=time.time(); n=0
    while time.time()-t<5:
        n+=1; s.erase(); s.addstr(0,0,f"jobs {n}"); s.addstr(2,2,"> compile   done",curses.A_REVERSE); s.addstr(3,2,"  link      running"); s.addstr(4,2,"  test      waiting"); s.addstr(6,2,"q quit   r restart"); s.refresh(); s.getch()
curses.wrapper(main)`;
const tasks = `import task from "tasuku"; const wait = (ms) => new Promise((r) => setTimeout(r, ms));
await task("Delete the old cache?", async ({ setStatus }) => { setStatus("y/n"); await wait(1200); });
await task("Select a region", async ({ task: t }) => { await t("eu-west", async () => wait(600)); await t("us-east", async () => wait(600)); });`;
const worker = `import { Worker } from "node:worker_threads"; process.stdin.setRawMode(true); process.stdin.resume();
process.stdout.write("Overwrite everything? (y/N) "); new Worker("setTimeout(()=>{},3500)", { eval: true }); setTimeout(() => process.exit(), 4000);`;
const spinner = `import ora from "ora"; const s = ora("Shall we overwrite config.json? (y/N)").start();
setTimeout(() => { s.stopAndPersist({ symbol: "?", text: "Overwrite config.json? (y/N)" }); setTimeout(() => {}, 2500); }, 1500);`;

const silent: Readonly<Record<string, Silent>> = {
  "curses-dashboard": {
    apt: ["python3"],
    files: { "a.py": dashboard },
    run: "exec /usr/bin/python3 a.py",
  },
  "node-worker": { files: { "a.mjs": worker }, run: "exec node a.mjs" },
  tasuku: { npm: ["tasuku@2.0.1"], files: { "a.mjs": tasks }, run: "exec node a.mjs" },
  ora: { npm: ["ora@8.2.0"], files: { "a.mjs": spinner }, run: "exec node a.mjs" },
  ffmpeg: {
    apt: ["ffmpeg"],
    run: "printf 'Overwrite the old recording? [y/N] '; timeout --foreground 4 ffmpeg -hide_banner -loglevel error -re -f lavfi -i sine=d=9 -f null -; echo",
  },
  ant: {
    apt: ["ant"],
    files: {
      "build.xml": `<project default="x"><target name="x"><echo message="Deploy to production? (y, [n])"/><sleep seconds="3"/></target></project>`,
    },
    run: "exec ant",
  },
  octave: {
    apt: ["octave"],
    files: { "a.m": "printf('How many points '); fflush(stdout); pause(3);" },
    run: "exec octave-cli --no-init-file a.m",
  },
  multitail: {
    apt: ["multitail"],
    setup: "seq 1 50 | sed 's/$/ Continue? [y\\/n]/' >f",
    run: "timeout --foreground 4 multitail f",
  },
  counted: {
    run: "for i in 1 2 3 4 5; do printf '\\rPress y to abort, n to continue: %s ' $i; sleep 0.5; done",
  },
};

export const neverBeside: readonly Scenario[] = Object.entries(silent).map(([name, one]) => ({
  name: `never-${name}`,
  program: name,
  never: "a question of nobody's, on the screen of a program that has other things going on",
  forMs: 9_000,
  ...one,
}));
