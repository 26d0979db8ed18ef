/** Programs that own the whole screen: dialogs, file managers, editors, readers, mailers and games at rest. */
import type { Ask, Scenario } from "../scenario.ts";

const letters = "seq 1 200 | sed 's/^/line /' >t.txt; mkdir -p src doc; touch a.txt b.txt";

/** At rest: it takes keys as commands, and nothing is asked. */
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

function editor(on: string, send: string): Ask {
  return { on, question: "", kind: "editor", or: ["free_text"], hands_off: true, send };
}

function pager(on: string, send: string): Ask {
  return { on, question: "", kind: "pager", or: ["free_text"], hands_off: true, send };
}

type Row = [
  program: string,
  apt: string,
  run: string,
  asks: readonly Ask[],
  more?: Partial<Scenario>,
];

const rows: readonly Row[] = [
  [
    "whiptail",
    "whiptail",
    `whiptail --title Setup --yesno "Enable the firewall?" 8 50; whiptail --menu "Choose the time zone" 14 50 4 1 Berlin 2 Lisbon 3 Oslo; whiptail --checklist "Select the services" 14 50 4 ssh "Secure shell" ON web "Web server" OFF; whiptail --radiolist "Pick the mirror" 14 50 4 de Germany ON fr France OFF; whiptail --inputbox "Name of the host" 8 50 web1; whiptail --passwordbox "Root password" 8 50; whiptail --msgbox "All is done" 8 40`,
    [
      {
        on: "Enable the firewall?",
        kind: "yes_no",
        options: "=Yes =No",
        default: "Yes",
        send: "\r",
      },
      {
        on: "Choose the time zone",
        kind: "multiple_choice",
        options: "=Berlin =Lisbon =Oslo",
        default: "Berlin",
        send: "\r",
      },
      {
        on: "Select the services",
        kind: "multiple_choice",
        options: "=Secure_shell =Web_server",
        send: "\t\r",
      },
      { on: "Pick the mirror", kind: "multiple_choice", options: "=Germany =France", send: "\t\r" },
      { on: "Name of the host", kind: "free_text", send: "\r" },
      { on: "Root password", kind: "password", send: "x\r", secret: true },
      { on: "All is done", kind: "confirm_enter", send: "\r" },
    ],
  ],
  [
    "dialog",
    "dialog",
    `dialog --yesno "Format the disk?" 8 40; dialog --defaultno --yesno "Are you certain?" 8 40; dialog --menu "Choose one" 14 40 4 a Apple b Pear; dialog --checklist "Choose some" 14 40 4 1 One on 2 Two off; dialog --inputbox "Your name" 8 40; dialog --passwordbox "Pass phrase" 8 40; dialog --calendar "Pick a day" 3 40 3 5 2026; dialog --extra-button --extra-label Later --yesno "Restart the machine?" 8 50; dialog --pause "Going on by itself" 10 40 2; dialog --infobox "Copying files? Please wait" 5 40; sleep 2`,
    [
      { on: "Format the disk?", kind: "yes_no", options: "=Yes =No", default: "Yes", send: "n" },
      { on: "Are you certain?", kind: "yes_no", options: "=Yes =No", default: "No", send: "\r" },
      {
        on: "Choose one",
        kind: "multiple_choice",
        options: "=Apple =Pear",
        default: "Apple",
        send: "\r",
      },
      { on: "Choose some", kind: "multiple_choice", options: "=One =Two", send: "\r" },
      { on: "Your name", kind: "free_text", send: "ada\r" },
      { on: "Pass phrase", kind: "password", send: "x\r", secret: true },
      { on: "Pick a day", kind: "free_text", or: ["multiple_choice"], send: "\r" },
      {
        on: "Restart the machine?",
        kind: "yes_no",
        or: ["multiple_choice"],
        options: "=Yes =Later =No",
        default: "Yes",
        send: "\r",
      },
    ],
    { forMs: 4_500 },
  ],
  [
    "mc",
    "mc",
    "exec mc -u",
    [
      rest("Left     File", "\u001b[19~"),
      {
        on: "Delete",
        kind: "yes_no",
        question: "",
        or: ["multiple_choice", "confirm_enter"],
        send: "\u001b\u001b",
      },
    ],
    { setup: "touch z; mkdir a", forMs: 600 },
  ],
  ["nnn", "nnn", "exec nnn", [rest("a.txt", "q")]],
  ["ranger", "ranger", "exec ranger", [rest("t.txt", "q")]],
  ["vifm", "vifm", "exec vifm", [rest("t.txt", ":q\r")]],
  ["lf", "lf", "exec lf", [rest("t.txt", "q")]],
  ["ncdu", "ncdu", "exec ncdu .", [rest("Total disk usage", "q")]],
  [
    "tig",
    "tig",
    "exec tig",
    [rest("[main]", "q", { or: ["pager"] })],
    {
      setup:
        "git init -q -b main . && git config user.email a@example.org && git config user.name A && seq 9 >f && git add f && git commit -qm one",
    },
  ],
  [
    "mutt",
    "mutt",
    "exec mutt -n -F /dev/null -f box",
    [
      { on: "Create it? ([yes]/no)", kind: "yes_no", default: "yes", send: "n" },
      rest("q:Quit", "\r"),
      pager("Hello Ada", "qd"),
      rest("D ", "q"),
      { on: "Purge 1 deleted message?", kind: "yes_no", default: "yes", single: true, send: "n" },
    ],
    {
      setup:
        "printf 'From bob@example.org Mon May  4 10:00:00 2026\\nFrom: bob@example.org\\nTo: ada@example.org\\nSubject: Lunch\\nDate: Mon, 4 May 2026 10:00:00 +0000\\n\\nHello Ada\\n' >box",
    },
  ],
  [
    "emacs",
    "emacs-nox",
    "exec emacs -nw -Q t.txt",
    [
      editor("line 3", "x\u0018\u0003"),
      {
        on: "Save file",
        kind: "yes_no",
        or: ["multiple_choice"],
        question: "Save file",
        single: true,
        send: "n",
      },
      { on: "Modified buffers exist; exit anyway?", kind: "yes_no", send: "yes\r" },
    ],
  ],
  [
    "joe",
    "joe",
    "exec joe t.txt",
    [
      editor("line 3", "x\u0003"),
      { on: "Lose changes to this file", kind: "yes_no", question: "Lose changes", send: "y" },
    ],
  ],
  ["ne", "ne", "exec ne t.txt", [editor("line 3", "\u001b\u001b:q\r")], { forMs: 800 }],
  ["jed", "jed", "exec jed t.txt", [editor("line 3", "\u0018\u0003")]],
  [
    "mg",
    "mg",
    "exec mg t.txt",
    [
      editor("line 3", "x\u0018\u0003"),
      { on: "Save file", kind: "yes_no", question: "Save file", send: "n" },
      {
        on: "Modified buffers exist; really exit",
        kind: "yes_no",
        question: "really exit",
        send: "yes\r",
      },
    ],
  ],
  [
    "micro",
    "micro",
    "exec micro t.txt",
    [
      editor("line 3", "x\u0011"),
      {
        on: "Save changes to t.txt before closing? (y,n,esc)",
        kind: "yes_no",
        question: "Save changes",
        send: "n",
      },
    ],
  ],
  ["zile", "zile", "exec zile t.txt", [editor("line 3", "\u0018\u0003")]],
  ["kak", "kakoune", "exec kak -n t.txt", [editor("line 3", ":q\r")]],
  ["nvim", "neovim", "exec nvim -u NONE t.txt", [editor("line 3", ":q\r")]],
  [
    "vim",
    "vim",
    "exec vim -u NONE t.txt",
    [
      editor("line 3", "ix\u001b:confirm q\r"),
      {
        on: "Save changes to",
        question: "Save changes",
        kind: "multiple_choice",
        or: ["yes_no"],
        options: "y=Yes n=No c=Cancel",
        default: "y",
        send: "n",
      },
    ],
  ],
  ["hexedit", "hexedit", "exec hexedit t.txt", [editor("00000000", "\u0003")]],
  ["pspg", "pspg", "exec pspg -f t.txt", [pager("line 3", "q")]],
  ["info", "info", "exec info info", [pager("Info: ", "q")], { setup: "true" }],
  [
    "w3m",
    "w3m",
    "exec w3m t.txt",
    [
      pager("line 3", "q"),
      { on: "Do you want to exit w3m?", kind: "yes_no", single: true, send: "y" },
    ],
  ],
  [
    "elinks",
    "elinks",
    "exec elinks t.txt",
    [
      { on: "Welcome to ELinks!", kind: "confirm_enter", send: "\r" },
      pager("line 3", "q"),
      {
        on: "Do you really want to exit ELinks?",
        question: "exit ELinks",
        kind: "yes_no",
        options: "=Yes =No",
        send: "\r",
      },
    ],
    { forMs: 800 },
  ],
  [
    "lynx",
    "lynx",
    "exec lynx t.txt",
    [
      pager("line 3", "q"),
      { on: "Are you sure you want to quit? (y)", kind: "yes_no", default: "y", send: "y" },
    ],
  ],
  ["most", "most", "exec most t.txt", [pager("line 3", "q")]],
  [
    "nethack",
    "nethack-console",
    "exec nethack -u ada -X",
    [{ on: "Shall I pick", kind: "yes_no", or: ["multiple_choice"], send: "q" }],
    { forMs: 800 },
  ],
  [
    "irssi",
    "irssi",
    "exec irssi --home=/tmp/demo/irssi",
    [rest("[(status)]", "/quit\r")],
    { forMs: 1_500 },
  ],
  [
    "calcurse",
    "calcurse",
    "exec calcurse",
    [rest("Help", "q"), { on: "Do you really want to quit?", kind: "yes_no", send: "y" }],
    { setup: "true", forMs: 800 },
  ],
  [
    "newsboat",
    "newsboat",
    "exec newsboat -u urls",
    [rest("q:Quit", "q")],
    { setup: "echo '/tmp/demo/work/feed.xml' >urls" },
  ],
  [
    "alpine",
    "alpine",
    "exec alpine",
    [
      {
        on: "Greeting",
        question: "",
        kind: "free_text",
        or: ["confirm_enter", "pager", "yes_no", "unknown"],
        send: "e",
      },
    ],
    { setup: "true", forMs: 1_500 },
  ],
  [
    "visidata",
    "visidata",
    "exec vd t.csv",
    [rest("t|", "gq")],
    { setup: "printf 'a,b\\n1,2\\n' >t.csv" },
  ],
  [
    "aptitude",
    "aptitude",
    "exec aptitude",
    [
      rest("Installed Packages", "q"),
      { on: "Really quit Aptitude?", kind: "yes_no", options: "=Yes =No", send: "\r" },
    ],
    { setup: "true", forMs: 800 },
  ],
  [
    "cfdisk",
    "fdisk",
    "exec cfdisk disk",
    [
      {
        on: "Select label type",
        kind: "multiple_choice",
        options: "=gpt =dos",
        default: "gpt",
        send: "\r",
      },
      rest("New", "q", { kind: "multiple_choice" }),
    ],
    { setup: "truncate -s 8M disk" },
  ],
  [
    "cgdisk",
    "gdisk",
    "exec cgdisk disk",
    [
      { on: "Press any key to continue", kind: "confirm_enter", send: " " },
      rest("Verify", "q", { kind: "multiple_choice" }),
    ],
    { setup: "truncate -s 8M disk", forMs: 800 },
  ],
  ["sc", "sc", "exec sc", [rest("sc 7.16", "q")], { setup: "true", forMs: 800 }],
  [
    "greed",
    "greed",
    "exec greed",
    [rest("Score", "q"), { on: "Really quit?", kind: "yes_no", send: "y" }],
    { setup: "true", forMs: 800 },
  ],
  ["nudoku", "nudoku", "exec nudoku", [rest("nudoku", "Q")], { setup: "true", forMs: 800 }],
];

export const fullScreens: readonly Scenario[] = rows.map(
  ([program, apt, run, asks, more = {}]) => ({
    name: `screen-${program}`,
    program,
    apt: [apt],
    setup: letters,
    run,
    rows: 24,
    cols: 90,
    asks,
    forMs: 500,
    ...more,
  }),
);
