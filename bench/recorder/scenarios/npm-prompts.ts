/** Prompt libraries of npm that draw a question and rewrite it in place: each called by a small script of ours. */
import type { Scenario } from "../scenario.ts";

const run = "exec node ask.mjs";

export const npmPrompts: readonly Scenario[] = [
  {
    name: "npm-prompts",
    program: "prompts",
    npm: ["prompts@2.4.2"],
    files: {
      "ask.mjs": `import prompts from "prompts";
const ask = (one) => prompts({ name: "x", ...one });
await ask({ type: "text", message: "Project name", initial: "my-app" });
await ask({ type: "confirm", message: "Overwrite the folder?", initial: false });
await ask({ type: "toggle", message: "Use TypeScript?", initial: true, active: "yes", inactive: "no" });
await ask({ type: "select", message: "Pick a colour", initial: 1, choices: [
  { title: "Red", description: "This is red", value: 1 }, { title: "Green", value: 2 }, { title: "Blue", value: 3, disabled: true }] });
await ask({ type: "multiselect", message: "Pick toppings", hint: "- Space to select. Return to submit", choices: [
  { title: "Cheese", value: 1, selected: true }, { title: "Ham", value: 2 }, { title: "Olives", value: 3 }] });
await ask({ type: "autocomplete", message: "Find a country", choices: ["Austria", "Belgium", "Chile"].map((title) => ({ title })) });
await ask({ type: "number", message: "How old are you?", initial: 30 });
await ask({ type: "password", message: "Say the magic words" });
await ask({ type: "list", message: "Keywords", initial: "a,b" });
await ask({ type: "date", message: "Choose a date", initial: new Date(2026, 4, 3, 10, 0), mask: "YYYY-MM-DD" });
console.log("done");`,
    },
    run,
    asks: [
      { on: "Project name", kind: "free_text", default: "my-app", send: "demo\r" },
      { on: "Overwrite the folder?", kind: "yes_no", default: "n", send: "y" },
      { on: "Use TypeScript?", kind: "yes_no", default: "yes", options: "=no =yes", send: "\r" },
      {
        on: "Pick a colour",
        kind: "multiple_choice",
        default: "Green",
        options: "=Red =Green =Blue",
        send: "\r",
      },
      {
        on: "Pick toppings",
        kind: "multiple_choice",
        options: "=Cheese =Ham =Olives",
        send: " \r",
      },
      {
        on: "Find a country",
        kind: "multiple_choice",
        options: "=Austria =Belgium =Chile",
        default: "Austria",
        send: "\r",
      },
      { on: "How old are you?", kind: "free_text", default: "30", send: "41\r" },
      { on: "Say the magic words", kind: "free_text", or: ["password"], send: "abra\r" },
      { on: "Keywords", kind: "free_text", default: "a,b", send: "x,y\r" },
      { on: "Choose a date", kind: "free_text", send: "\r" },
    ],
  },
  {
    name: "npm-clack",
    program: "@clack/prompts",
    npm: ["@clack/prompts@0.11.0"],
    files: {
      "ask.mjs": `import * as p from "@clack/prompts";
p.intro("create-thing");
await p.text({ message: "Where should we create it?", placeholder: "./sparkling-solid", defaultValue: "./sparkling-solid" });
await p.confirm({ message: "Install dependencies?" });
await p.select({ message: "Pick a project type", initialValue: "js", options: [
  { value: "ts", label: "TypeScript" }, { value: "js", label: "JavaScript" }, { value: "coffee", label: "CoffeeScript", hint: "oh no" }] });
await p.multiselect({ message: "Additional tools", required: false, options: [
  { value: "prettier", label: "Prettier", hint: "recommended" }, { value: "eslint", label: "ESLint" }, { value: "gh", label: "GitHub Action" }] });
await p.groupMultiselect({ message: "Which changes?", options: { changed: [{ value: "a", label: "pkg-a" }], unchanged: [{ value: "b", label: "pkg-b" }] }, required: false });
await p.password({ message: "Provide a password" });
await p.selectKey({ message: "What next", options: [{ value: "d", label: "Deploy" }, { value: "s", label: "Save" }] });
await p.autocomplete?.({ message: "Search a city", options: ["Bern", "Oslo", "Rome"].map((value) => ({ value, label: value })) });
const s = p.spinner(); s.start("Installing via npm"); await new Promise((r) => setTimeout(r, 1500)); s.stop("Installed");
p.note("cd demo\\nnpm run dev", "Next steps."); p.outro("Problems? Ask us");`,
    },
    run,
    asks: [
      {
        on: "Where should we create it?",
        kind: "free_text",
        send: "./demo\r",
      },
      {
        on: "Install dependencies?",
        kind: "yes_no",
        default: "Yes",
        options: "=Yes =No",
        send: "\r",
      },
      {
        on: "Pick a project type",
        kind: "multiple_choice",
        default: "JavaScript",
        options: "=TypeScript =JavaScript =CoffeeScript",
        send: "\r",
      },
      {
        on: "Additional tools",
        kind: "multiple_choice",
        options: "=Prettier =ESLint =GitHub_Action",
        send: " \r",
      },
      {
        on: "Which changes?",
        kind: "multiple_choice",
        options: "=changed =pkg-a =unchanged =pkg-b",
        send: "\r",
      },
      { on: "Provide a password", kind: "password", send: "hunter2\r", secret: true },
      {
        on: "What next",
        kind: "multiple_choice",
        options: "d=Deploy s=Save",
        send: "d",
      },
    ],
  },
  {
    name: "npm-enquirer",
    program: "enquirer",
    npm: ["enquirer@2.4.1"],
    files: {
      "ask.mjs": `import e from "enquirer";
const ask = (one) => e.prompt({ name: "x", ...one });
await ask({ type: "input", message: "What is your username?", initial: "jonschlinkert" });
await ask({ type: "confirm", message: "Want to answer?" });
await ask({ type: "toggle", message: "Want to enable it?", enabled: "Yep", disabled: "Nope" });
await ask({ type: "select", message: "Pick a flavor", choices: ["apple", "grape", "watermelon"] });
await ask({ type: "multiselect", message: "Pick your colors", choices: ["aqua", "black", "blue"] });
await ask({ type: "autocomplete", message: "Pick your favorite fruit", limit: 5, choices: ["Almond", "Apple", "Banana"] });
await ask({ type: "form", message: "Please provide the following:", choices: [{ name: "firstname", message: "First Name", initial: "Jon" }, { name: "lastname", message: "Last Name" }] });
await ask({ type: "scale", message: "Rate it", scale: [{ name: "1", message: "Bad" }, { name: "2", message: "Good" }], choices: [{ name: "a", message: "The docs" }, { name: "b", message: "The code" }] });
await ask({ type: "sort", message: "Sort the colors", choices: ["red", "white", "green"] });
await ask({ type: "snippet", message: "Fill out the fields", template: "{ name: \${name} }", required: true });
await ask({ type: "list", message: "Type comma-separated keywords" });
await ask({ type: "numeral", message: "Please enter a number" });
await ask({ type: "invisible", message: "What is your secret?" });`,
    },
    run,
    asks: [
      { on: "What is your username?", kind: "free_text", default: "jonschlinkert", send: "ada\r" },
      { on: "Want to answer?", kind: "yes_no", default: "n", send: "y" },
      { on: "Want to enable it?", kind: "yes_no", options: "=Yep =Nope", send: "\r" },
      {
        on: "Pick a flavor",
        kind: "multiple_choice",
        default: "apple",
        options: "=apple =grape =watermelon",
        send: "\r",
      },
      {
        on: "Pick your colors",
        kind: "multiple_choice",
        options: "=aqua =black =blue",
        send: " \r",
      },
      {
        on: "Pick your favorite fruit",
        kind: "multiple_choice",
        options: "=Almond =Apple =Banana",
        default: "Almond",
        send: "\r",
      },
      {
        on: "Please provide the following",
        kind: "free_text",
        or: ["multiple_choice"],
        send: "\r",
      },
      { on: "Rate it", kind: "multiple_choice", or: ["free_text"], send: "\r" },
      {
        on: "Sort the colors",
        kind: "multiple_choice",
        options: "=red =white =green",
        send: "\r",
      },
      { on: "Fill out the fields", kind: "free_text", send: "ada\r" },
      { on: "Type comma-separated keywords", kind: "free_text", send: "a,b\r" },
      { on: "Please enter a number", kind: "free_text", send: "7\r" },
      { on: "What is your secret?", kind: "password", send: "xyz\r", secret: true },
    ],
  },
  {
    name: "npm-inquirer",
    program: "@inquirer/prompts",
    npm: ["@inquirer/prompts@7.10.1"],
    files: {
      "ask.mjs": `import * as q from "@inquirer/prompts";
await q.select({ message: "Deploy to which region", pageSize: 4, loop: false, choices: [..."abcdefghij"].map((c) => ({ value: c, name: "region-" + c, description: "Far away " + c })) });
await q.checkbox({ message: "Enable features", choices: [new q.Separator("-- Core --"), { value: "ssl", checked: true }, { value: "gzip" }, new q.Separator(), { value: "beta", disabled: "(not ready)" }] });
await q.rawlist({ message: "Licence", choices: [{ value: "MIT" }, { value: "GPL" }] });
await q.expand({ message: "Conflict on a.txt", default: "n", choices: [{ key: "y", name: "Overwrite", value: 1 }, { key: "n", name: "Keep", value: 2 }, { key: "d", name: "Diff", value: 3 }] });
await q.confirm({ message: "Ship it?", default: true });
await q.input({ message: "Tag", default: "v1.0.0" });
await q.input({ message: "Region code", validate: (t) => t.length === 2 || "Two letters, please" });
await q.number({ message: "Replicas", default: 3 });
await q.password({ message: "Registry token", mask: "*" });
await q.search({ message: "Find a package", source: (t) => ["left-pad", "right-pad"].filter((n) => !t || n.includes(t)).map((value) => ({ value })) });
await q.editor({ message: "Release notes" });`,
    },
    run,
    env: { EDITOR: "true" },
    asks: [
      {
        on: "Deploy to which region",
        kind: "multiple_choice",
        default: "region-a",
        options: "=region-a =region-b =region-c =region-d",
        send: "\r",
      },
      {
        on: "Enable features",
        kind: "multiple_choice",
        options: "=ssl =gzip =beta",
        send: "\r",
      },
      { on: "Licence", kind: "multiple_choice", options: "1=MIT 2=GPL", send: "2\r" },
      { on: "Conflict on a.txt", kind: "multiple_choice", default: "n", send: "y\r" },
      { on: "Ship it?", kind: "yes_no", default: "y", send: "\r" },
      { on: "Tag", kind: "free_text", default: "v1.0.0", send: "\r" },
      { on: "Region code", kind: "free_text", send: "abc\r" },
      { on: "Two letters, please", question: "Region code", kind: "free_text", send: "\b\r" },
      { on: "Replicas", kind: "free_text", default: "3", send: "5\r" },
      { on: "Registry token", kind: "password", send: "tok\r", secret: true },
      {
        on: "Find a package",
        kind: "multiple_choice",
        options: "=left-pad =right-pad",
        default: "left-pad",
        send: "\r",
      },
      { on: "Release notes", kind: "confirm_enter", or: ["free_text"], send: "\r" },
    ],
  },
];
