/** Prompt libraries of Python as Debian has them, each called by a small script of ours. */
import type { Scenario } from "../scenario.ts";

const run = "exec /usr/bin/python3 ask.py";

export const pythonLibraries: readonly Scenario[] = [
  {
    name: "python-click",
    program: "click",
    apt: ["python3-click"],
    files: {
      "ask.py": `import click
click.prompt("Please enter a valid integer", type=int)
click.prompt("Your name", default="Ada")
click.prompt("Pick a size", type=click.Choice(["small", "large"]), default="small")
click.prompt("Secret", hide_input=True, confirmation_prompt=True)
click.confirm("Do you want to continue?", abort=False)
click.confirm("Drop the table", default=True)
click.echo("Continue? [yn] ", nl=False); click.getchar(); click.echo()
click.pause()
click.echo_via_pager("\\n".join(f"line {n}" for n in range(100)))`,
    },
    run,
    env: { PAGER: "less" },
    asks: [
      { on: "Please enter a valid integer:", kind: "free_text", send: "x\r" },
      {
        on: "Error: 'x' is not a valid integer.",
        question: "Please enter a valid integer",
        kind: "free_text",
        send: "7\r",
      },
      { on: "Your name [Ada]:", kind: "free_text", default: "Ada", send: "\r" },
      {
        on: "Pick a size (small, large) [small]:",
        kind: "multiple_choice",
        options: "small large",
        default: "small",
        send: "large\r",
      },
      { on: "Secret:", kind: "password", send: "a\r", secret: true },
      { on: "Repeat for confirmation:", kind: "password", send: "a\r", secret: true },
      {
        on: "Do you want to continue? [y/N]:",
        kind: "yes_no",
        default: "n",
        options: "y N",
        send: "y\r",
      },
      { on: "Drop the table [Y/n]:", kind: "yes_no", default: "y", send: "n\r" },
      { on: "Continue? [yn]", kind: "yes_no", options: "y n", single: true, send: "y" },
      { on: "Press any key to continue", kind: "confirm_enter", send: " " },
      { on: ":", kind: "pager", question: "", send: "q" },
    ],
  },
  {
    name: "python-rich",
    program: "rich",
    apt: ["python3-rich"],
    files: {
      "ask.py": `from rich.prompt import Prompt, Confirm, IntPrompt
from rich.console import Console
from rich.progress import track
import time
Prompt.ask("Enter your name", default="Paul Atreides")
Prompt.ask("Choose a house", choices=["Atreides", "Harkonnen", "Corrino"], default="Atreides")
IntPrompt.ask(":rocket: How many rockets do you want", default=5)
for _ in track(range(15), description="Really counting? [y/n]"): time.sleep(0.1)
Confirm.ask("Do you like rich?", default=True)
Confirm.ask("Delete [b]everything[/b]?")
Console().input("What is [i]your[/i] favourite colour? ")
Prompt.ask("Password", password=True)`,
    },
    run,
    asks: [
      {
        on: "Enter your name (Paul Atreides):",
        kind: "free_text",
        default: "Paul Atreides",
        send: "\r",
      },
      {
        on: "Choose a house [Atreides/Harkonnen/Corrino] (Atreides):",
        kind: "multiple_choice",
        options: "Atreides Harkonnen Corrino",
        default: "Atreides",
        send: "\r",
      },
      { on: "How many rockets do you want (5):", kind: "free_text", default: "5", send: "\r" },
      {
        on: "Do you like rich? [y/n] (y):",
        kind: "yes_no",
        default: "y",
        options: "y n",
        send: "\r",
      },
      { on: "Delete everything? [y/n]:", kind: "yes_no", options: "y n", send: "n\r" },
      { on: "What is your favourite colour?", kind: "free_text", send: "red\r" },
      { on: "Password:", kind: "password", send: "p\r", secret: true },
    ],
  },
  {
    name: "python-prompt-toolkit",
    program: "prompt_toolkit",
    apt: ["python3-prompt-toolkit"],
    files: {
      "ask.py": `from prompt_toolkit import prompt
from prompt_toolkit.shortcuts import confirm, radiolist_dialog, checkboxlist_dialog, yes_no_dialog, button_dialog, input_dialog, message_dialog
from prompt_toolkit.completion import WordCompleter
prompt("Give me some input: ")
prompt("What is your name: ", default="Ada")
prompt("Fruit > ", completer=WordCompleter(["apple", "banana"]), bottom_toolbar=" [F4] Vi mode  [Tab] completes ")
prompt("Passphrase: ", is_password=True)
confirm("Overwrite it?")
yes_no_dialog(title="Yes/No dialog", text="Do you want to confirm?").run()
radiolist_dialog(title="Breakfast", text="What would you like?", values=[(1, "Eggs"), (2, "Bacon"), (3, "Toast")]).run()
checkboxlist_dialog(title="Sides", text="Which of these?", values=[(1, "Beans"), (2, "Rice")]).run()
button_dialog(title="Save the file", text="There are changes.", buttons=[("Save", 1), ("Drop", 2), ("Back", 3)]).run()
input_dialog(title="Host", text="Type the host name:").run()
message_dialog(title="All done", text="The installation is over.").run()`,
    },
    run,
    asks: [
      { on: "Give me some input:", kind: "free_text", send: "x\r" },
      {
        on: "What is your name: Ada",
        question: "What is your name",
        kind: "free_text",
        default: "Ada",
        send: "\r",
      },
      { on: "Fruit >", kind: "free_text", send: "kiwi\r" },
      { on: "Passphrase:", kind: "password", send: "p\r", secret: true },
      { on: "Overwrite it? (y/n)", kind: "yes_no", options: "y n", send: "y" },
      {
        on: "Do you want to confirm?",
        kind: "yes_no",
        options: "=Yes =No",
        default: "Yes",
        send: "\r",
      },
      {
        on: "What would you like?",
        kind: "multiple_choice",
        options: "=Eggs =Bacon =Toast",
        send: "\t\r",
      },
      {
        on: "Which of these?",
        kind: "multiple_choice",
        options: "=Beans =Rice",
        send: "\t\r",
      },
      {
        on: "There are changes.",
        kind: "multiple_choice",
        options: "=Save =Drop =Back",
        default: "Save",
        send: "\r",
      },
      { on: "Type the host name:", kind: "free_text", send: "web1\t\r" },
      { on: "The installation is over.", kind: "confirm_enter", send: "\r" },
    ],
  },
  {
    name: "python-typer-plumbum",
    program: "plumbum",
    apt: ["python3-plumbum"],
    files: {
      "ask.py": `from plumbum.cli.terminal import ask, choose, prompt, readline
ask("Do you like cats?", default=True)
choose("Select a colour:", ["red", "green", "golden"], default="red")
prompt("Your age?", type=int, default=33)`,
    },
    run,
    asks: [
      { on: "Do you like cats? [Y/n]", kind: "yes_no", default: "y", send: "\r" },
      {
        on: "Choice [1]:",
        question: "",
        kind: "multiple_choice",
        options: "1=red 2=green 3=golden",
        default: "1",
        send: "2\r",
      },
      { on: "Your age? [33]", kind: "free_text", default: "33", send: "\r" },
    ],
  },
  {
    name: "python-urwid",
    program: "urwid",
    apt: ["python3-urwid"],
    files: {
      "ask.py": `import urwid
def out(*a): raise urwid.ExitMainLoop()
items = [urwid.Text("Choose the keyboard layout"), urwid.Divider()]
for name in ["German", "French", "Polish"]:
    b = urwid.Button(name); urwid.connect_signal(b, "click", out)
    items.append(urwid.AttrMap(b, None, focus_map="reversed"))
urwid.MainLoop(urwid.Padding(urwid.ListBox(urwid.SimpleFocusListWalker(items)), left=2, right=2), palette=[("reversed", "standout", "")]).run()
def quit(key):
    if key == "enter": raise urwid.ExitMainLoop()
edit = urwid.Edit("What is your name?\\n")
urwid.MainLoop(urwid.Filler(edit, "top"), unhandled_input=quit).run()`,
    },
    run,
    asks: [
      {
        on: "Choose the keyboard layout",
        kind: "multiple_choice",
        options: "=German =French =Polish",
        default: "German",
        send: "\r",
      },
      { on: "What is your name?", kind: "free_text", send: "ada\r" },
    ],
  },
  {
    name: "python-cmd2",
    program: "cmd2",
    apt: ["python3-cmd2"],
    files: {
      "ask.py": `import cmd2
class App(cmd2.Cmd):
    prompt = "(shop) "
    def do_buy(self, _): self.select(["bread", "milk"], "What to buy? "); self.poutput("bought")
App().cmdloop("Welcome to the shop")`,
    },
    run,
    asks: [
      { on: "(shop)", kind: "free_text", send: "buy\r" },
      {
        on: "What to buy?",
        kind: "multiple_choice",
        options: "1=bread 2=milk",
        send: "1\r",
      },
      { on: "bought", question: "(shop)", kind: "free_text", send: "quit\r" },
    ],
  },
];
