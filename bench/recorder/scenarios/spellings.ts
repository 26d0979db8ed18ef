/** Defaults and answers in the less common spellings, asked by bash; and what Node programs show that only listen. */
import type { Scenario } from "../scenario.ts";

const version = "bash --version";

/** Node with a key listener and nothing else: it shows this, and goes on listening. */
function listens(name: string, shows: string, never: string): Scenario {
  const code = `process.stdin.setRawMode(true);process.stdin.resume();setInterval(()=>{},900);process.stdout.write(${JSON.stringify(shows)})`;
  return {
    name: `never-node-${name}`,
    program: "node",
    version: "node --version",
    files: { "show.js": code },
    run: "exec node show.js",
    never,
    forMs: 4_000,
  };
}

export const spellings: readonly Scenario[] = [
  {
    name: "bash-spellings",
    program: "bash",
    version,
    files: {
      "ask.sh": `read -p "Listen address {0.0.0.0}: " a
read -p "Time zone <Europe/Berlin>: " a
read -p "Workers (press Enter for 4): " a
read -p "Extract to directory? (default = ./pkg): " a
read -p "Shell [current: /bin/bash]: " a
read -p "What is the prefix?  (~name is ok) [/usr/local]  " a
read -p "Drop all tables? Enter the name of the database: " a
read -p "Do you accept the terms? [accept/reject/read again]: " a
printf "Go on?\\n"
read -p '[Y] Yes  [A] All  [N] No  [?] Help (default is "Y"): ' a
printf "A colour (defaults to red):\\n  [0] red\\n  [1] blue\\n"
read -p " > " a`,
    },
    run: "exec bash ask.sh",
    asks: [
      { on: "Listen address {0.0.0.0}:", kind: "free_text", default: "0.0.0.0", send: "\r" },
      { on: "Time zone", kind: "free_text", default: "Europe/Berlin", send: "\r" },
      { on: "Workers", kind: "free_text", default: "4", send: "\r" },
      { on: "Extract to directory?", kind: "free_text", default: "./pkg", send: "\r" },
      { on: "Shell [current", kind: "free_text", default: "/bin/bash", send: "\r" },
      { on: "What is the prefix?", kind: "free_text", default: "/usr/local", send: "\r" },
      { on: "Drop all tables?", kind: "free_text", send: "shop\r" },
      { on: "Do you accept the terms?", kind: "multiple_choice", send: "reject\r" },
      {
        on: "[Y] Yes",
        question: "Go on?",
        kind: "multiple_choice",
        options: "y=Yes a=All n=No",
        default: "y",
        send: "n\r",
      },
      {
        on: ">",
        question: "A colour",
        kind: "multiple_choice",
        options: "0=red 1=blue",
        default: "0",
        send: "1\r",
      },
    ],
  },
  listens(
    "legend",
    "Watch Usage\r\n › Press a to run all.\r\n › Press q to quit.\r\n › Press Enter to run again.\r\n",
    "tells what keys do, and goes on by itself",
  ),
  listens(
    "steps",
    "\u001b[?25l❯ Building packages\r\n  core\r\n  cli\r\n",
    "marks the step that it is at",
  ),
  listens(
    "code",
    'def main():\r\n    if input("Are you sure? (y/n) ") == "y":',
    "writes code that would ask",
  ),
  listens("farewell", "◇  Delete files?\r\n│  No\r\n│\r\n└  Bye: ", "takes its leave"),
];
