/** Libraries of npm that ask on one line or beside running tasks, and what they show while nobody is asked. */
import type { Scenario } from "../scenario.ts";

const run = "exec node ask.mjs";

export const npmLines: readonly Scenario[] = [
  {
    name: "npm-zx",
    program: "zx",
    npm: ["zx@8.8.5"],
    files: {
      "ask.mjs": `import { question, spinner, sleep } from "zx";
await question("What kind of bear is best? "); await question("Choose a shell ", { choices: ["bash", "fish"] });
await spinner("working ...", () => sleep(1500)); await question("Push to origin? ");`,
    },
    run,
    asks: [
      { on: "What kind of bear is best?", kind: "free_text", send: "brown\r" },
      { on: "Choose a shell", kind: "free_text", send: "bash\r" },
      { on: "Push to origin?", kind: "yes_no", or: ["free_text"], send: "y\r" },
    ],
  },
  {
    name: "npm-listr2",
    program: "listr2",
    npm: ["listr2@9.0.5", "@listr2/prompt-adapter-inquirer@3.0.5", "@inquirer/prompts@7.10.1"],
    files: {
      "ask.mjs": `import { Listr } from "listr2"; import { ListrInquirerPromptAdapter as A } from "@listr2/prompt-adapter-inquirer"; import { confirm, select, input } from "@inquirer/prompts";
const ask = (t, ...x) => t.prompt(A).run(...x); const nap = () => new Promise((r) => setTimeout(r, 1200));
await new Listr([
  { title: "Check the tree", task: nap },
  { title: "Ask the person", task: async (_, t) => { await ask(t, confirm, { message: "Publish to the registry?", default: false }); } },
  { title: "Choose the tag", task: async (_, t) => { await ask(t, select, { message: "Which dist-tag?", choices: [{ value: "latest" }, { value: "next" }] }); } },
  { title: "Name it", task: async (_, t) => { await ask(t, input, { message: "Release title", default: "v2" }); } },
  { title: "Upload", task: nap }]).run();`,
    },
    run,
    asks: [
      { on: "Publish to the registry?", kind: "yes_no", default: "n", restless: true, send: "y\r" },
      {
        on: "Which dist-tag?",
        restless: true,
        kind: "multiple_choice",
        options: "=latest =next",
        default: "latest",
        send: "\r",
      },
      { on: "Release title", kind: "free_text", default: "v2", restless: true, send: "\r" },
    ],
  },
  {
    name: "npm-consola",
    program: "consola",
    npm: ["consola@3.4.2"],
    files: {
      "ask.mjs": `import { consola } from "consola";
consola.start("Building project..."); consola.box("A new version is available?");
await consola.prompt("Project name?", { placeholder: "my-app", default: "my-app" });
await consola.prompt("Deploy to the production?", { type: "confirm" });
await consola.prompt("Pick a difficulty", { type: "select", options: ["easy", "hard", { label: "Insane", value: "x", hint: "no" }] });
await consola.prompt("Select additional tools.", { type: "multiselect", required: false, options: ["eslint", "vitest"] });`,
    },
    run,
    asks: [
      { on: "Project name?", kind: "free_text", send: "x\r" },
      { on: "Deploy to the production?", kind: "yes_no", default: "Yes", send: "\r" },
      {
        on: "Pick a difficulty",
        kind: "multiple_choice",
        options: "=easy =hard =Insane",
        default: "easy",
        send: "\r",
      },
      {
        on: "Select additional tools.",
        kind: "multiple_choice",
        options: "=eslint =vitest",
        send: " \r",
      },
    ],
  },
  {
    name: "npm-prompt",
    program: "prompt",
    npm: ["prompt@1.3.0"],
    files: {
      "ask.mjs": `import prompt from "prompt"; prompt.start();
await prompt.get(["username", { name: "city", default: "Rome" }, { name: "pin", hidden: true }, { name: "agree", message: "", description: "Do you agree? (yes/no)" }]);`,
    },
    run,
    asks: [
      { on: "prompt: username:", kind: "free_text", send: "ada\r" },
      {
        on: "prompt: city:  (Rome)",
        question: "city",
        kind: "free_text",
        default: "Rome",
        send: "\r",
      },
      { on: "prompt: pin:", kind: "password", send: "1\r", secret: true },
      { on: "Do you agree? (yes/no)", kind: "yes_no", send: "yes\r" },
    ],
  },
  {
    name: "npm-prompt-sync",
    program: "prompt-sync",
    npm: ["prompt-sync@4.2.0"],
    files: {
      "ask.mjs": `import make from "prompt-sync"; const ask = make({ sigint: true });
ask("What is the answer? "); ask("Colour [red]: ", "red"); ask.hide("Sudo word? "); ask("Remove all files (y/n)? ");`,
    },
    run,
    asks: [
      { on: "What is the answer?", kind: "free_text", send: "42\r" },
      { on: "Colour [red]:", kind: "free_text", default: "red", send: "\r" },
      { on: "Sudo word?", kind: "free_text", or: ["password"], send: "x\r" },
      { on: "Remove all files (y/n)?", kind: "yes_no", options: "y n", send: "n\r" },
    ],
  },
  {
    name: "npm-inquirer-8",
    program: "inquirer",
    npm: ["inquirer@8.2.6", "inquirer-autocomplete-prompt@2.0.1"],
    files: {
      "ask.mjs": `import inquirer from "inquirer"; import auto from "inquirer-autocomplete-prompt"; inquirer.registerPrompt("autocomplete", auto);
await inquirer.prompt([
  { type: "list", name: "a", message: "What do you want to do?", choices: ["Order a pizza", "Make a reservation", new inquirer.Separator(), "Ask for opening hours", { name: "Contact support", disabled: "Unavailable at this time" }] },
  { type: "checkbox", name: "b", message: "Select toppings", choices: [new inquirer.Separator(" = The Meats = "), { name: "Pepperoni" }, { name: "Ham", checked: true }, "Bacon"] },
  { type: "rawlist", name: "c", message: "What size do you need", choices: ["Jumbo", "Large"] },
  { type: "expand", name: "d", message: "Conflict on \`file.js\`: ", choices: [{ key: "y", name: "Overwrite", value: 1 }, { key: "a", name: "Overwrite this one and all next", value: 2 }] },
  { type: "confirm", name: "e", message: "Is this for delivery?", default: false },
  { type: "autocomplete", name: "f", message: "Select a state to travel from", source: async () => ["Alabama", "Alaska", "Texas"] },
  { type: "password", name: "g", message: "Enter a masked password", mask: "*" }]);`,
    },
    run,
    asks: [
      {
        on: "What do you want to do?",
        kind: "multiple_choice",
        options: "=Order_a_pizza =Make_a_reservation =Ask_for_opening_hours",
        default: "Order a pizza",
        send: "\r",
      },
      {
        on: "Select toppings",
        kind: "multiple_choice",
        options: "=Pepperoni =Ham =Bacon",
        send: "\r",
      },
      {
        on: "What size do you need",
        kind: "multiple_choice",
        options: "1=Jumbo 2=Large",
        send: "1\r",
      },
      { on: "Conflict on", kind: "multiple_choice", default: "h", send: "y\r" },
      { on: "Is this for delivery?", kind: "yes_no", default: "n", send: "y\r" },
      {
        on: "Select a state to travel from",
        kind: "multiple_choice",
        options: "=Alabama =Alaska =Texas",
        default: "Alabama",
        send: "\r",
      },
      { on: "Enter a masked password", kind: "password", send: "a\r", secret: true },
    ],
  },
];
