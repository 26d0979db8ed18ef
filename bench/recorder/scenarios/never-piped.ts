/** Programs that ask with nobody at the terminal to be asked: their answers come from a pipe, or do not come. */
import type { Scenario } from "../scenario.ts";

/** Answered from a pipe, or asked by nobody: the same words with no one waiting behind them. */
const answered: readonly Scenario[] = [
  ["never-git-flow", "yes '' | git flow init; sleep 2", "git init -q ."],
  [
    "never-darcs",
    "(printf 'ada@b.c\\n'; sleep 1; yes) | darcs record -m x; sleep 2",
    "darcs init -q && echo a >a && darcs add -q a",
  ],
  [
    "never-busybox",
    "yes n | busybox rm -i a; printf 'Remove it? [y/N] '; busybox sleep 2",
    "echo 1 >a",
  ],
  ["never-jfs", "echo y | jfs_mkfs j.img; sleep 2", "dd if=/dev/zero of=j.img bs=1M count=20"],
  [
    "never-rclone",
    "rclone copy --bwlimit 1M --stats 200ms -P big there",
    "mkdir big there; head -c 4M /dev/urandom >big/f",
  ],
  ["never-monop", "(printf '2\\nada\\nbob\\n'; sleep 2) | timeout 2 monop; sleep 1", "true"],
  ["never-wump", "(echo n; sleep 2) | timeout 2 wump; sleep 1", "true"],
  [
    "never-django",
    "timeout 4 /tmp/demo-pip/bin/python manage.py runserver --noreload 127.0.0.1:8731",
    "/tmp/demo-pip/bin/django-admin startproject dj . && /tmp/demo-pip/bin/python manage.py migrate -v0",
  ],
].map(([name = "", run = "", setup = ""]) => ({
  name,
  program: name.slice("never-".length),
  setup,
  run,
  never: "the words of its questions, with nobody waiting for the terminal",
  forMs: 6_000,
}));

/** Their input is a pipe in which nothing more comes: what they show, they ask somebody else. */
const piped: readonly Scenario[] = Object.entries({
  chage: "chage root",
  ssss: "ssss-combine -t 2",
  rclone: "rclone config --config rc.conf",
  tftp: "tftp",
  ckermit: "kermit",
  qalc: "qalc",
  chicken: "csi",
  newlisp: "newlisp",
  polyml: "poly",
  luajit: "luajit",
  sash: "sash",
  rc: "rc -i",
  sdiff: "sdiff -o o x1 x2",
  battlestar: "battlestar",
  arithmetic: "arithmetic",
  trek: "trek",
  gnugo: "gnugo",
  wump: "wump",
  minisign: "sh -c 'printf \"Password: \"; cat'",
  busybox: "busybox rm -i x1",
}).map(([program, run]) => ({
  name: `never-piped-${program}`,
  program,
  setup: "printf 'a\\nb\\n' >x1; printf 'a\\nc\\n' >x2",
  run: `(sleep 2) | ${run}; sleep 1`,
  never: "asks its pipe, and nobody at the terminal",
  forMs: 3_500,
}));

export const neverPiped: readonly Scenario[] = [...answered, ...piped];
