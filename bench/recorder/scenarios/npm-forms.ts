/** Libraries of npm with forms of their own: Ink, terminal-kit, blessed, and small ones that read a line or a key. */
import type { Scenario } from "../scenario.ts";

const run = "exec node ask.mjs";
const ink = ["ink@6.8.0", "react@19.2.0"];

export const npmForms: readonly Scenario[] = [
  {
    name: "npm-ink-select",
    program: "ink-select-input",
    npm: [...ink, "ink-select-input@6.2.0"],
    files: {
      "ask.mjs": `import React from "react"; import { render, Box, Text, useApp } from "ink"; import Select from "ink-select-input";
const h = React.createElement;
const App = () => { const { exit } = useApp(); return h(Box, { flexDirection: "column" },
  h(Text, null, "Which database should be used?"),
  h(Select, { items: ["Postgres", "MySQL", "SQLite"].map((label) => ({ label, value: label })), onSelect: () => exit() })); };
render(h(App));`,
    },
    run,
    asks: [
      {
        on: "Which database should be used?",
        kind: "multiple_choice",
        default: "Postgres",
        options: "=Postgres =MySQL =SQLite",
        send: "\r",
      },
    ],
  },
  {
    name: "npm-ink-text",
    program: "ink-text-input",
    npm: [...ink, "ink-text-input@6.0.0"],
    files: {
      "ask.mjs": `import React from "react"; import { render, Box, Text, useApp } from "ink"; import Input from "ink-text-input";
const h = React.createElement;
const App = () => { const { exit } = useApp(); const [v, set] = React.useState(""); return h(Box, { borderStyle: "round", padding: 1 },
  h(Text, { bold: true }, "Enter your query: "), h(Input, { value: v, onChange: set, onSubmit: () => exit(), placeholder: "cats" })); };
render(h(App));`,
    },
    run,
    asks: [{ on: "Enter your query:", kind: "free_text", send: "dogs\r" }],
  },
  {
    name: "npm-ink-ui",
    program: "@inkjs/ui",
    npm: [...ink, "@inkjs/ui@2.0.0"],
    files: {
      "ask.mjs": `import React from "react"; import { render, Box, Text, useApp } from "ink";
import { ConfirmInput, Select, MultiSelect, TextInput, EmailInput, PasswordInput, Spinner } from "@inkjs/ui";
const h = React.createElement;
const opts = ["Red", "Green", "Yellow"].map((label) => ({ label, value: label }));
const steps = [
  (go) => h(Box, null, h(Text, null, "Do you agree with terms? "), h(ConfirmInput, { onConfirm: go, onCancel: go })),
  (go) => h(Box, { flexDirection: "column" }, h(Text, null, "Choose your favorite color:"), h(Select, { options: opts, onChange: go })),
  (go) => h(Box, { flexDirection: "column" }, h(Text, null, "Colors to mix:"), h(MultiSelect, { options: opts, onSubmit: go })),
  (go) => h(Box, null, h(Text, null, "Name "), h(TextInput, { placeholder: "Enter your name...", onSubmit: go })),
  (go) => h(Box, null, h(Text, null, "Password: "), h(PasswordInput, { placeholder: "Enter password...", onSubmit: go })),
  (go) => { React.useEffect(() => { const t = setTimeout(go, 1500); return () => clearTimeout(t); }, []); return h(Spinner, { label: "Do not answer? Loading" }); },
];
const Step = ({ at, go }) => steps[at](go);
const App = () => { const { exit } = useApp(); const [at, set] = React.useState(0);
  return h(Step, { key: at, at, go: () => (at + 1 < steps.length ? set(at + 1) : exit()) }); };
render(h(App));`,
    },
    run,
    asks: [
      { on: "Do you agree with terms?", kind: "yes_no", default: "y", send: "y" },
      {
        on: "Choose your favorite color:",
        kind: "multiple_choice",
        options: "=Red =Green =Yellow",
        default: "Red",
        send: "\r",
      },
      {
        on: "Colors to mix:",
        kind: "multiple_choice",
        options: "=Red =Green =Yellow",
        send: "\r",
      },
      { on: "Name", kind: "free_text", question: "Name", send: "ada\r" },
      { on: "Password:", kind: "password", send: "pw\r", secret: true },
    ],
  },
  {
    name: "npm-terminal-kit",
    program: "terminal-kit",
    npm: ["terminal-kit@3.1.2"],
    files: {
      "ask.mjs": `import tk from "terminal-kit"; const term = tk.terminal;
term.grabInput();
term("Do you like javascript? [Y|n]\\n"); await term.yesOrNo({ yes: ["y", "ENTER"], no: ["n"] }).promise;
term("Please enter your name: "); await term.inputField({ default: "Bob" }).promise;
term("\\nThe hall is spacious. What is next?\\n"); await term.singleColumnMenu(["a. Go south", "b. Go west", "c. Go back"]).promise;
term("\\nPick one from the line:\\n"); await term.singleLineMenu(["File", "Edit", "View"]).promise;
term("\\nChoose from the grid:\\n"); await term.gridMenu(["one", "two", "three", "four"]).promise;
term("\\nPress a key to continue\\n"); await new Promise((r) => term.once("key", r));
term.grabInput(false); setTimeout(() => process.exit(), 100);`,
    },
    run,
    asks: [
      {
        on: "Do you like javascript? [Y|n]",
        kind: "yes_no",
        default: "y",
        single: true,
        send: "y",
      },
      { on: "Please enter your name:", kind: "free_text", send: "\r" },
      {
        on: "What is next?",
        kind: "multiple_choice",
        options: "=a._Go_south =b._Go_west =c._Go_back",
        send: "\r",
      },
      {
        on: "Pick one from the line:",
        kind: "multiple_choice",
        options: "=File =Edit =View",
        send: "\r",
      },
      {
        on: "Choose from the grid:",
        kind: "multiple_choice",
        options: "=one =two =three =four",
        send: "\r",
      },
      { on: "Press a key to continue", kind: "confirm_enter", send: "\r" },
    ],
  },
  {
    name: "npm-blessed",
    program: "neo-blessed",
    npm: ["neo-blessed@0.2.0"],
    files: {
      "ask.mjs": `import blessed from "neo-blessed";
const screen = blessed.screen({ smartCSR: true });
const list = blessed.list({ parent: screen, top: "center", left: "center", width: 40, height: 8, border: "line", label: " Choose a mirror ", keys: true, items: ["Berlin", "Lisbon", "Tokyo"], style: { selected: { inverse: true } } });
list.focus(); screen.render();
list.once("select", () => { list.destroy();
  const q = blessed.question({ parent: screen, border: "line", height: 8, width: 50, top: "center", left: "center" });
  q.ask("Really delete the mirror?", () => { q.destroy();
    const p = blessed.prompt({ parent: screen, border: "line", height: 9, width: 50, top: "center", left: "center" });
    p.input("Name of the new mirror:", "eu-1", () => process.exit(0)); screen.render(); });
  screen.render(); });`,
    },
    run,
    asks: [
      {
        on: "Choose a mirror",
        kind: "multiple_choice",
        options: "=Berlin =Lisbon =Tokyo",
        default: "Berlin",
        send: "\r",
      },
      { on: "Really delete the mirror?", kind: "yes_no", send: "y" },
      { on: "Name of the new mirror:", kind: "free_text", send: "\r" },
    ],
    forMs: 500,
  },
  {
    name: "npm-cli-select",
    program: "cli-select",
    npm: ["cli-select@1.1.2"],
    files: {
      "ask.mjs": `import select from "cli-select"; console.log("Which environment?");
await select({ values: ["staging", "production", "preview"] });
console.log("Which version?"); await select({ values: { a: "1.0", b: "2.0" }, defaultValue: "b", selected: "(x)", unselected: "( )" }); process.exit();`,
    },
    run,
    asks: [
      {
        on: "Which environment?",
        kind: "multiple_choice",
        options: "=staging =production =preview",
        default: "staging",
        send: "\r",
      },
      { on: "Which version?", kind: "multiple_choice", options: "=1.0 =2.0", send: "\r" },
    ],
  },
  {
    name: "npm-topcli",
    program: "@topcli/prompts",
    npm: ["@topcli/prompts@2.4.1"],
    files: {
      "ask.mjs": `import { question, select, confirm, multiselect } from "@topcli/prompts";
await question("What's your name ?", { defaultValue: "Ada" });
await confirm("Migrate the data ?", { initial: false });
await select("Which runtime ?", { choices: ["node", "bun", { value: "deno", label: "Deno", description: "the other one" }] });
await multiselect("Which targets ?", { choices: ["linux", "darwin", "win32"], preSelectedChoices: ["linux"] });
await question("Secret phrase", { secure: true });`,
    },
    run,
    asks: [
      { on: "What's your name ?", kind: "free_text", default: "Ada", send: "\r" },
      { on: "Migrate the data ?", kind: "yes_no", default: "No", send: "y\r" },
      {
        on: "Which runtime ?",
        kind: "multiple_choice",
        options: "=node =bun =Deno",
        default: "node",
        send: "\r",
      },
      {
        on: "Which targets ?",
        kind: "multiple_choice",
        options: "=linux =darwin =win32",
        send: "\r",
      },
      { on: "Secret phrase", kind: "password", send: "s\r", secret: true },
    ],
  },
  {
    name: "npm-read",
    program: "read",
    npm: ["read@4.1.0"],
    files: {
      "ask.mjs": `import { read } from "read";
await read({ prompt: "package name:", default: "demo", edit: false }); await read({ prompt: "entry point:", default: "index.js", edit: true });
await read({ prompt: "Enter one-time password:", silent: true, replace: "*" }); await read({ prompt: "Is this OK?", default: "yes" });`,
    },
    run,
    asks: [
      { on: "package name: (demo)", kind: "free_text", default: "demo", send: "\r" },
      { on: "entry point:", kind: "free_text", default: "index.js", send: "\r" },
      { on: "Enter one-time password:", kind: "password", send: "123\r", secret: true },
      { on: "Is this OK? (yes)", kind: "yes_no", default: "yes", send: "\r" },
    ],
  },
];
