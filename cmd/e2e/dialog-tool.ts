/** The source of a small tool that asks as AI tools do: raw mode, dialogs redrawn in place, keys that act at once. */

/**
 * A program for `bun FILE SCENE LOG`. SCENE: `one`, `twins` (two dialogs with the same words, the second in the same
 * write as the first one's result) or `trust` (no numbers, the highlight on No). It blinks a mark all the time, drops
 * what comes within 30 ms of painting, and logs each read as `MS HEX` and what it made of it.
 */
export const dialogTool = `
const { appendFileSync } = require("node:fs");
const [scene, log] = process.argv.slice(2);
const esc = "\\u001b";
const say = (line) => appendFileSync(log, line + "\\n");
const rule = "─".repeat(60);
const transcript = [];
let paintedAt = 0;
let at = 0;
let asked = 0;

const options = scene === "trust"
  ? ["No, exit", "Yes, I trust this folder"]
  : ["Yes", "Yes, and don’t ask again for make commands", "No, and tell it what to do differently (esc)"];

function dialog() {
  const rows = scene === "trust"
    ? [rule, " Accessing workspace:", "", " /srv/project", "", " Is this a project you trust?", ""]
    : [rule, " Bash command", "", "   make clean", "   Remove what was built", "", " Do you want to proceed?"];
  options.forEach((label, index) => {
    const number = scene === "trust" ? "" : (index + 1) + ". ";
    rows.push((index === at ? " ❯ " : "   ") + number + label);
  });
  return [...rows, "", scene === "trust" ? " Enter to confirm · Esc to cancel" : " Esc to cancel · Tab to amend"];
}

function paint() {
  process.stdout.write(esc + "[H" + esc + "[J" + ["a tool", ...transcript, ...dialog()].join("\\r\\n"));
}

function ask() {
  asked += 1;
  at = 0;
  transcript.push("● Bash(make clean)");
  paint();
  paintedAt = performance.now();
}

function end(what) {
  say(what);
  if (what === "approved" && scene === "twins" && asked === 1) {
    transcript.push("  ⎿ removed 3 files");
    ask();
    return;
  }
  process.stdout.write(esc + "[H" + esc + "[J" + what + "\\r\\n");
  // Whatever else comes must not have been typed by anybody.
  setTimeout(() => process.exit(0), 400);
  over = true;
}

let over = false;
let on = true;
setInterval(() => {
  if (over) return;
  on = !on;
  process.stdout.write(esc + "7" + esc + "[2;1H" + (on ? "●" : " ") + esc + "8");
}, 600);

function key(text) {
  const trust = scene === "trust";
  if (text === esc + "[B") at = Math.min(options.length - 1, at + 1);
  else if (text === esc + "[A") at = Math.max(0, at - 1);
  else if (text === esc) return end("refused");
  else if (text === "\\r") return end(trust ? (at === 1 ? "approved" : "refused") : ["approved", "granted", "refused"][at]);
  else if (!trust && text === "1") return end("approved");
  else if (!trust && text === "2") return end("granted");
  else if (!trust && text === "3") return end("refused");
  else return;
  paint();
}

process.stdin.setRawMode(true);
process.stdout.write(esc + "[?25l");
process.stdin.on("data", (bytes) => {
  const ms = Math.round(performance.now() - paintedAt);
  const text = bytes.toString("latin1");
  say("read " + bytes.toString("hex"));
  if (over || ms < 30) return say("dropped");
  key(text);
});
ask();
`;
