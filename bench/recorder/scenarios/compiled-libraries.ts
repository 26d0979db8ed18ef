/** Prompt libraries of Go and Rust as Debian has them, each called by a small program of ours. */
import type { Scenario } from "../scenario.ts";

const goEnv = {
  GO111MODULE: "off",
  GOPATH: "/usr/share/gocode",
  GOFLAGS: "-p=2",
  GOCACHE: "/tmp/demo-packages/go",
};
const go = { setup: "go build -o ask ask.go", env: goEnv, run: "exec ./ask" } as const;
const rust = {
  setup: `mkdir -p src .cargo && mv ask.rs src/main.rs && printf '[source.crates-io]\\nreplace-with="debian"\\n[source.debian]\\ndirectory="/usr/share/cargo/registry"\\n' >.cargo/config && CARGO_TARGET_DIR=/tmp/demo-packages/rust /usr/bin/cargo build -q --offline && cp /tmp/demo-packages/rust/debug/ask .`,
  run: "exec ./ask",
} as const;
const manifest = (dependency: string): string =>
  `[package]\nname = "ask"\nversion = "0.1.0"\nedition = "2021"\n[dependencies]\n${dependency}\n`;

export const compiledLibraries: readonly Scenario[] = [
  {
    ...go,
    name: "go-survey",
    program: "survey",
    apt: ["golang-go", "golang-github-alecaivazis-survey-dev"],
    files: {
      "ask.go": `package main
import "github.com/AlecAivazis/survey"
func main() { var s string; var b bool; var l []string
survey.AskOne(&survey.Input{Message: "What is your name?", Default: "Ada"}, &s)
survey.AskOne(&survey.Select{Message: "Choose a color:", Options: []string{"red", "blue", "green"}, Default: "blue"}, &s)
survey.AskOne(&survey.MultiSelect{Message: "What days do you prefer:", Options: []string{"Sunday", "Monday", "Tuesday"}}, &l)
survey.AskOne(&survey.Confirm{Message: "Do you like pie?"}, &b)
survey.AskOne(&survey.Confirm{Message: "Submit the pull request?", Default: true}, &b)
survey.AskOne(&survey.Password{Message: "Please type your password"}, &s)
survey.AskOne(&survey.Multiline{Message: "Describe it"}, &s)
survey.AskOne(&survey.Editor{Message: "Shell code snippet"}, &s) }`,
    },
    env: { ...goEnv, EDITOR: "true" },
    asks: [
      { on: "What is your name? (Ada)", kind: "free_text", default: "Ada", send: "\r" },
      {
        on: "Choose a color:",
        kind: "multiple_choice",
        options: "=red =blue =green",
        default: "blue",
        send: "\r",
      },
      {
        on: "What days do you prefer:",
        kind: "multiple_choice",
        options: "=Sunday =Monday =Tuesday",
        send: "\r",
      },
      { on: "Do you like pie? (y/N)", kind: "yes_no", default: "n", send: "y\r" },
      { on: "Submit the pull request? (Y/n)", kind: "yes_no", default: "y", send: "\r" },
      { on: "Please type your password", kind: "password", send: "p\r", secret: true },
      { on: "Describe it", kind: "free_text", send: "x\r\r\r" },
      { on: "Shell code snippet", kind: "confirm_enter", or: ["free_text"], send: "\r" },
    ],
  },
  {
    ...go,
    name: "go-promptui",
    program: "promptui",
    apt: ["golang-go", "golang-github-manifoldco-promptui-dev"],
    files: {
      "ask.go": `package main
import "github.com/manifoldco/promptui"
func main() {
(&promptui.Select{Label: "Select Day", Items: []string{"Monday", "Tuesday", "Wednesday"}}).Run()
(&promptui.Prompt{Label: "Username", Default: "ada"}).Run()
(&promptui.Prompt{Label: "Delete Resource", IsConfirm: true}).Run()
(&promptui.Prompt{Label: "Password", Mask: '*'}).Run()
(&promptui.SelectWithAdd{Label: "What's your text editor", Items: []string{"Vim", "Emacs"}, AddLabel: "Other"}).Run() }`,
    },
    asks: [
      {
        on: "Select Day",
        kind: "multiple_choice",
        options: "=Monday =Tuesday =Wednesday",
        default: "Monday",
        send: "\r",
      },
      { on: "Username", kind: "free_text", default: "ada", send: "\r" },
      { on: "Delete Resource? [y/N]", kind: "yes_no", default: "n", send: "y\r" },
      { on: "Password:", kind: "password", send: "p\r", secret: true },
      {
        on: "What's your text editor",
        kind: "multiple_choice",
        options: "=Other =Vim =Emacs",
        send: "\u001b[B\r",
      },
    ],
  },
  {
    ...go,
    name: "go-lines",
    program: "liner",
    apt: ["golang-go", "golang-github-peterh-liner-dev"],
    files: {
      "ask.go": `package main
import "github.com/peterh/liner"
func main() { l := liner.NewLiner(); defer l.Close(); l.Prompt("What is your quest? "); l.PromptWithSuggestion("Favourite colour: ", "blue", -1); l.PasswordPrompt("Passphrase: "); l.Prompt("db> ") }`,
    },
    asks: [
      { on: "What is your quest?", kind: "free_text", send: "grail\r" },
      { on: "Favourite colour:", kind: "free_text", send: "\r" },
      { on: "Passphrase:", kind: "password", send: "p\r", secret: true },
      { on: "db>", kind: "free_text", send: "q\r" },
    ],
  },
  {
    ...go,
    name: "go-readline",
    program: "chzyer/readline",
    apt: ["golang-go", "golang-github-chzyer-readline-dev"],
    files: {
      "ask.go": `package main
import "github.com/chzyer/readline"
func main() { l, _ := readline.New("Which file? "); l.Readline(); l.SetPrompt("Really drop it (y/n): "); l.Readline(); l.ReadPassword("enter password: "); l.SetPrompt("» "); l.Readline() }`,
    },
    asks: [
      { on: "Which file?", kind: "free_text", send: "a\r" },
      { on: "Really drop it (y/n):", kind: "yes_no", options: "y n", send: "n\r" },
      { on: "enter password:", kind: "password", send: "p\r", secret: true },
      { on: "»", kind: "free_text", question: "", send: "q\r" },
    ],
  },
  {
    ...go,
    name: "go-tview",
    program: "tview",
    apt: ["golang-go", "golang-github-rivo-tview-dev"],
    files: {
      "ask.go": `package main
import "github.com/rivo/tview"
func main() { a := tview.NewApplication()
m := tview.NewModal().SetText("Do you want to quit the application?").AddButtons([]string{"Quit", "Cancel"}).SetDoneFunc(func(int, string) { a.Stop() })
a.SetRoot(m, false).Run()
b := tview.NewApplication(); l := tview.NewList().AddItem("Start the job", "Runs it now", 's', nil).AddItem("Stop the job", "Ends it", 't', nil).AddItem("Leave", "", 'q', func() { b.Stop() })
b.SetRoot(l, true).Run()
c := tview.NewApplication(); f := tview.NewForm().AddInputField("Host name", "web1", 20, nil, nil).AddCheckbox("Use TLS", true, nil).AddButton("Save", func() { c.Stop() }); f.SetBorder(true).SetTitle("New server")
c.SetRoot(f, true).Run() }`,
    },
    asks: [
      {
        on: "application?",
        kind: "multiple_choice",
        or: ["yes_no"],
        options: "=Quit =Cancel",
        default: "Quit",
        send: "\r",
      },
      {
        on: "Start the job",
        question: "",
        kind: "multiple_choice",
        options: "s=Start_the_job t=Stop_the_job q=Leave",
        send: "q",
      },
      { on: "Host name", question: "", kind: "free_text", send: "\t\t\r" },
    ],
  },
  {
    ...rust,
    name: "rust-dialoguer",
    program: "dialoguer",
    apt: ["cargo", "librust-dialoguer-dev"],
    files: {
      "Cargo.toml": manifest('dialoguer = "0.10"'),
      "ask.rs": `use dialoguer::{theme::ColorfulTheme, Confirm, Input, MultiSelect, Password, Select, Sort};
fn main() { let t = ColorfulTheme::default();
Confirm::new().with_prompt("Do you want to continue?").interact().ok();
Confirm::with_theme(&t).with_prompt("Really?").default(true).interact().ok();
Input::<String>::new().with_prompt("Your name").interact_text().ok();
Input::<String>::with_theme(&t).with_prompt("Your planet").default("Earth".into()).interact_text().ok();
Input::<String>::new().with_prompt("Your path").with_initial_text("/srv").interact_text().ok();
Select::new().with_prompt("Optionally choose your weapon").items(&["sword", "axe", "bow"]).default(0).interact().ok();
Select::with_theme(&t).with_prompt("Pick your flavor").items(&["Ice Cream", "Vanilla", "Mint"]).default(1).interact().ok();
MultiSelect::with_theme(&t).with_prompt("Pick your food").items(&["Pizza", "Rice"]).interact().ok();
Sort::new().with_prompt("Order your foods").items(&["Peach", "Plum"]).interact().ok();
Password::new().with_prompt("New Password").with_confirmation("Confirm password", "no match").interact().ok(); }`,
    },
    asks: [
      { on: "Do you want to continue? [y/n]", kind: "yes_no", send: "y" },
      { on: "Really?", kind: "yes_no", default: "yes", send: "\r" },
      { on: "Your name:", kind: "free_text", send: "ada\r" },
      { on: "Your planet", kind: "free_text", default: "Earth", send: "\r" },
      { on: "Your path: /srv", question: "Your path", kind: "free_text", send: "\r" },
      {
        on: "Optionally choose your weapon",
        kind: "multiple_choice",
        options: "=sword =axe =bow",
        default: "sword",
        send: "\r",
      },
      {
        on: "Pick your flavor",
        kind: "multiple_choice",
        options: "=Ice_Cream =Vanilla =Mint",
        default: "Vanilla",
        send: "\r",
      },
      { on: "Pick your food", kind: "multiple_choice", options: "=Pizza =Rice", send: "\r" },
      { on: "Order your foods", kind: "multiple_choice", options: "=Peach =Plum", send: "\r" },
      { on: "New Password:", kind: "password", send: "p\r", secret: true },
      { on: "Confirm password:", kind: "password", send: "p\r", secret: true },
    ],
  },
  {
    ...rust,
    name: "rust-rustyline",
    program: "rustyline",
    apt: ["cargo", "librust-rustyline-dev", "librust-rpassword-dev"],
    files: {
      "Cargo.toml": manifest('rustyline = "9"\nrpassword = "6"'),
      "ask.rs": `use rustyline::Editor;
fn main() { let mut e = Editor::<()>::new(); e.readline("Name of the crate: ").ok(); e.readline_with_initial("Version: ", ("0.1.0", "")).ok(); e.readline("Publish? [Y/n] ").ok(); rpassword::prompt_password("Token: ").ok(); e.readline(">> ").ok(); }`,
    },
    asks: [
      { on: "Name of the crate:", kind: "free_text", send: "a\r" },
      { on: "Version: 0.1.0", question: "Version", kind: "free_text", send: "\r" },
      { on: "Publish? [Y/n]", kind: "yes_no", default: "y", send: "n\r" },
      { on: "Token:", kind: "password", send: "p\r", secret: true },
      { on: ">>", kind: "free_text", question: "", send: "q\r" },
    ],
  },
];
