/** Further libraries and programs that ask: generators, installers, debconf, interpreters with menus, games. */
import type { Ask, Scenario } from "../scenario.ts";

const node = "exec node ask.mjs";

function rest(on: string, send: string, more: Partial<Ask> = {}): Ask {
  return {
    on,
    question: "",
    kind: "free_text",
    or: ["unknown", "idle"],
    hands_off: true,
    send,
    ...more,
  };
}

const debconf = {
  templates: `Template: demo/port
Type: string
Default: 8080
Description: Port of the server:
 The server listens on this port.

Template: demo/start
Type: boolean
Default: true
Description: Start the server at boot?
 It can be started by hand later.

Template: demo/mode
Type: select
Choices: fast, safe, off
Default: safe
Description: How to store the data:
 Pick one of the modes.

Template: demo/parts
Type: multiselect
Choices: web, mail, files
Default: web
Description: Parts to install:
 Any number of them.

Template: demo/word
Type: password
Description: Administrator's password:
 It is kept secret.

Template: demo/note
Type: note
Description: The old settings were kept
 Look at them later.
`,
  config: `#!/bin/sh
. /usr/share/debconf/confmodule
for q in port start mode parts word note; do db_fset demo/$q seen false; db_input critical demo/$q || true; db_go || true; done
`,
};
const debconfRun = (frontend: string): string =>
  `chmod +x config; debconf-loadtemplate demo templates; DEBIAN_FRONTEND=${frontend} debconf -odemo ./config`;

export const furtherPrograms: readonly Scenario[] = [
  {
    name: "npm-clack-1",
    program: "@clack/prompts",
    npm: ["@clack/prompts@1.9.0"],
    files: {
      "ask.mjs": `import * as p from "@clack/prompts"; p.intro("setup");
await p.autocomplete({ message: "Search a city", options: ["Bern", "Oslo", "Rome"].map((value) => ({ value, label: value })) });
await p.autocompleteMultiselect?.({ message: "Pick frameworks", options: ["next", "astro", "svelte"].map((value) => ({ value, label: value })) });
await p.confirm({ message: "Delete the branch?", initialValue: false, active: "Yes, delete", inactive: "No, keep it" });
await p.select({ message: "Pick a shell", options: [{ value: 1, label: "bash" }, { value: 2, label: "fish", disabled: true }, { value: 3, label: "zsh" }] });
p.outro("done");`,
    },
    run: node,
    asks: [
      { on: "Search a city", kind: "multiple_choice", options: "=Bern =Oslo =Rome", send: "\r" },
      {
        on: "Pick frameworks",
        kind: "multiple_choice",
        options: "=next =astro =svelte",
        send: "\t\r",
      },
      { on: "Delete the branch?", kind: "yes_no", default: "No, keep it", send: "y" },
      {
        on: "Pick a shell",
        kind: "multiple_choice",
        options: "=bash =zsh",
        default: "bash",
        send: "\r",
      },
    ],
  },
  {
    name: "npm-vorpal",
    program: "vorpal",
    npm: ["vorpal@1.12.0"],
    files: {
      "ask.mjs": `import make from "vorpal"; const v = make();
v.command("drop <name>").action(function (args, done) { this.prompt({ type: "confirm", name: "ok", default: false, message: "Drop " + args.name + "?" }, () => this.prompt({ type: "list", name: "x", message: "Which copy", choices: ["first", "second"] }, () => done())); });
v.delimiter("shop$").show();`,
    },
    run: node,
    asks: [
      { on: "shop$", kind: "free_text", send: "drop it\r" },
      { on: "Drop it?", kind: "yes_no", default: "n", send: "y\r" },
      {
        on: "Which copy",
        kind: "multiple_choice",
        options: "=first =second",
        default: "first",
        send: "\r",
      },
      { on: "shop$", kind: "free_text", send: "exit\r" },
    ],
  },
  {
    name: "create-vite",
    program: "create-vite",
    npm: ["create-vite@6.5.0"],
    run: "exec node node_modules/create-vite/index.js",
    asks: [
      { on: "Project name:", kind: "free_text", send: "\r" },
      {
        on: "Select a framework:",
        kind: "multiple_choice",
        options: "=Vanilla =Vue =React",
        default: "Vanilla",
        send: "\r",
      },
      {
        on: "Select a variant:",
        kind: "multiple_choice",
        options: "=TypeScript =JavaScript",
        default: "TypeScript",
        send: "\r",
      },
    ],
  },
  {
    name: "plop",
    program: "plop",
    npm: ["plop@4.0.1"],
    files: {
      "plopfile.mjs": `export default (plop) => { plop.setGenerator("component", { description: "a new component", prompts: [{ type: "input", name: "name", message: "What is its name?" }, { type: "confirm", name: "t", message: "With a test?" }], actions: [] }); plop.setGenerator("page", { description: "a new page", prompts: [], actions: [] }); };`,
    },
    run: "exec node node_modules/plop/bin/plop.js",
    asks: [
      {
        on: "Please choose a generator",
        kind: "multiple_choice",
        options: "=component =page",
        send: "\r",
      },
      { on: "What is its name?", kind: "free_text", send: "x\r" },
      { on: "With a test?", kind: "yes_no", default: "y", send: "n\r" },
    ],
  },
  {
    name: "debconf-dialog",
    program: "debconf",
    apt: ["debconf-utils", "whiptail"],
    files: debconf,
    run: debconfRun("dialog"),
    asks: [
      { on: "Port of the server", kind: "free_text", send: "\r" },
      {
        on: "Start the server at boot?",
        kind: "yes_no",
        options: "=Yes =No",
        default: "Yes",
        send: "\r",
      },
      {
        on: "How to store the data",
        kind: "multiple_choice",
        options: "=fast =safe =off",
        default: "safe",
        send: "\r",
      },
      {
        on: "Parts to install",
        kind: "multiple_choice",
        options: "=web =mail =files",
        send: "\t\r",
      },
      { on: "Administrator's password", kind: "password", send: "x\r", secret: true },
      { on: "The old settings were kept", kind: "confirm_enter", send: "\r" },
    ],
  },
  {
    name: "debconf-readline",
    program: "debconf",
    apt: ["debconf-utils"],
    files: debconf,
    run: debconfRun("readline"),
    asks: [
      { on: "Port of the server:", kind: "free_text", send: "\r" },
      { on: "Start the server at boot? [yes/no]", kind: "yes_no", send: "\r" },
      {
        on: "How to store the data:",
        question: "",
        kind: "multiple_choice",
        options: "1=fast 2=safe 3=off",
        send: "\r",
      },
      {
        on: "Parts to install:",
        question: "",
        kind: "multiple_choice",
        options: "1=web 2=mail 3=files",
        send: "\r",
      },
      { on: "Administrator's password:", kind: "password", send: "x\r", secret: true },
    ],
  },
  {
    name: "python-newt",
    program: "newt",
    apt: ["python3-newt"],
    files: {
      "ask.py": `from snack import *
s = SnackScreen()
ButtonChoiceWindow(s, "Network", "Bring the interface up?", ["Yes", "No"])
ListboxChoiceWindow(s, "Disk", "Choose the target disk", ["sda", "sdb", "sdc"], ["Ok", "Back"])
EntryWindow(s, "Host", "Give the names", ["Host name", "Domain"], buttons=["Ok", "Cancel"])
s.finish()`,
    },
    run: "exec /usr/bin/python3 ask.py",
    asks: [
      {
        on: "Bring the interface up?",
        kind: "yes_no",
        options: "=Yes =No",
        default: "Yes",
        send: "\r",
      },
      {
        on: "Choose the target disk",
        kind: "multiple_choice",
        options: "=sda =sdb =sdc",
        default: "sda",
        send: "\r",
      },
      { on: "Give the names", kind: "free_text", send: "\u001b[24~" },
    ],
    forMs: 500,
  },
  {
    name: "pinentry-tty",
    program: "pinentry-tty",
    apt: ["pinentry-tty"],
    run: `(printf 'OPTION ttyname=/dev/tty\\nSETDESC Unlock the key of Ada\\nSETPROMPT Passphrase:\\nGETPIN\\n'; sleep 8) | pinentry-tty`,
    asks: [{ on: "Passphrase:", kind: "password", send: "x\r", secret: true }],
    forMs: 300,
  },
  {
    name: "pinentry-curses",
    program: "pinentry-curses",
    apt: ["pinentry-curses"],
    run: `(printf 'OPTION ttyname=%s\\nOPTION ttytype=xterm-256color\\nSETDESC Unlock the key of Ada\\nSETPROMPT Passphrase:\\nGETPIN\\n' $(tty </dev/tty); sleep 2; printf 'SETDESC Delete the key of Ada?\\nCONFIRM\\n'; sleep 6) | pinentry-curses`,
    asks: [
      { on: "Passphrase:", kind: "password", question: "", send: "x\r", secret: true },
      { on: "Delete the key of Ada?", kind: "yes_no", or: ["multiple_choice"], send: "\r" },
    ],
    forMs: 300,
  },
  {
    name: "bpython",
    program: "bpython",
    apt: ["bpython"],
    run: "exec bpython",
    asks: [
      { on: ">>>", question: "", kind: "free_text", or: ["unknown"], send: "1\r" },
      { on: ">>>", question: "", kind: "free_text", or: ["unknown"], send: "exit()\r" },
    ],
    forMs: 800,
  },
  {
    name: "ptpython",
    program: "ptpython",
    apt: ["ptpython"],
    run: "exec ptpython",
    asks: [{ on: ">>>", question: "", kind: "free_text", send: "x = 1\r" }],
    forMs: 300,
  },
  {
    name: "xonsh",
    program: "xonsh",
    apt: ["xonsh"],
    run: "exec xonsh --no-rc",
    asks: [{ on: "@", question: "", kind: "free_text", send: "exit\r" }],
    forMs: 800,
  },
  {
    name: "elvish",
    program: "elvish",
    apt: ["elvish"],
    run: "exec elvish",
    asks: [{ on: "work", question: "", kind: "free_text", send: "exit\r" }],
    forMs: 800,
  },
  {
    name: "gforth",
    program: "gforth",
    apt: ["gforth"],
    run: "exec gforth",
    asks: [
      { on: "Type `bye' to exit", question: "", kind: "free_text", or: ["unknown"], send: "bye\r" },
    ],
  },
  {
    name: "gnuchess",
    program: "gnuchess",
    apt: ["gnuchess"],
    run: "exec gnuchess",
    asks: [{ on: "White (1) :", kind: "free_text", send: "quit\r" }],
  },
  {
    name: "screen-weechat",
    program: "weechat",
    apt: ["weechat-curses"],
    run: "exec weechat -t",
    asks: [rest("[1]", "/quit\r")],
    rows: 24,
    cols: 90,
    forMs: 1_500,
  },
];
