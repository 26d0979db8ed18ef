/** Programs of a blind measure that showed forms which were not read before, or that nothing else here has. */
import type { Ask, Scenario } from "../scenario.ts";

const field = (on: string, send: string, more: Partial<Ask> = {}): Ask => ({
  on,
  kind: "free_text",
  send,
  ...more,
});
const repl = (on: string, send: string, more: Partial<Ask> = {}): Ask =>
  field(on, send, { question: "", or: ["unknown"], ...more });
const yes = (on: string, send: string, more: Partial<Ask> = {}): Ask => ({
  on,
  kind: "yes_no",
  send,
  ...more,
});
const pick = (
  on: string,
  [options, send]: readonly [string, string],
  more: Partial<Ask> = {},
): Ask => ({
  on,
  kind: "multiple_choice",
  options,
  send,
  ...more,
});
const pass = (on: string): Ask => ({ on, kind: "password", send: "longsecret1\r", secret: true });
const unknown = { default: "Unknown" } as const;

const loudness = `mainmenu "Demo"
config LOG
	bool "Enable logging"
	default y
choice
	prompt "Log level"
config QUIET
	bool "Quiet"
config LOUD
	bool "Loud and long"
endchoice
config HOST
	string "Host name"
	default "localhost"
config PORT
	int "Port of the server"
	default 80
`;
const build = `<project default="x"><target name="x">
<input message="Deploy to production?" validargs="y,n" defaultvalue="n" addproperty="a"/>
<input message="Which stage?" validargs="dev,test,prod" addproperty="c"/>
</target></project>`;
const clockMenu = `import curses, time
def main(s):
    curses.curs_set(0); s.timeout(200); items = ["Install", "Repair", "Remove"]; at = 0
    while True:
        s.erase(); s.addstr(0, 2, time.strftime("Setup            %H:%M:%S")); s.addstr(2, 2, "Choose what to do:")
        for i, t in enumerate(items): s.addstr(4 + i, 4, t, curses.A_REVERSE if i == at else 0)
        s.refresh(); k = s.getch()
        if k in (10, 13): return
curses.wrapper(main)`;
const termPrompt = `use Term::Prompt;
prompt("x", "Host to copy to", "name or address", "backup");
prompt("y", "Keep the old log", "y or n", "n");
prompt("r", "Number of copies", "1 to 9", 3, 1, 9);
`;

export const unseenPrograms: readonly Scenario[] = [
  {
    name: "mcopy",
    program: "mcopy",
    apt: ["mtools"],
    setup: "mformat -C -f 1440 -i d :: && echo 1 >afile.text && mcopy -i d afile.text ::",
    run: "exec mcopy -i d afile.text ::",
    asks: [
      pick(
        "q)uit (aArRoOsSq):",
        [
          "a=autorename A=autorename-all r=rename R=rename-all o=overwrite O=overwrite-all s=skip S=skip-all q=quit",
          "s\r",
        ],
        { question: "" },
      ),
    ],
  },
  {
    name: "opam",
    program: "opam",
    apt: ["opam"],
    setup: `mkdir -p repo/packages && echo 'opam-version: "2.0"' >repo/repo`,
    run: "exec opam init --bare --disable-sandboxing /tmp/demo/work/repo",
    asks: [yes("Do you want opam to", "n\r", { question: "[N/y/f]", default: "n" })],
  },
  {
    name: "ant",
    program: "ant",
    apt: ["ant"],
    files: { "build.xml": build },
    run: "exec ant",
    asks: [
      yes("Deploy to production?", "y\r", { options: "y n", default: "n" }),
      pick("Which stage?", ["=dev =test =prod", "dev\r"]),
    ],
  },
  {
    name: "keytool",
    program: "keytool",
    apt: ["openjdk-17-jre-headless"],
    run: "exec keytool -genkeypair -keyalg EC -alias a -keystore k.p12",
    asks: [
      pass("Enter keystore password:"),
      pass("Re-enter new password:"),
      field("What is your first and last name?", "Ada\r", { default: "Unknown" }),
      field("What is the name of your organizational unit?", "\r", unknown),
      field("What is the name of your organization?", "\r", unknown),
      field("What is the name of your City or Locality?", "\r", unknown),
      field("What is the name of your State or Province?", "\r", unknown),
      field("What is the two-letter country code for this unit?", "\r", unknown),
      yes("correct?", "yes\r", { default: "no" }),
    ],
  },
  {
    name: "kconfig",
    program: "kconfig-conf",
    apt: ["kconfig-frontends"],
    files: { Kconfig: loudness },
    run: "exec kconfig-conf --oldaskconfig Kconfig",
    asks: [
      yes("Enable logging (LOG) [Y/n] (NEW)", "\r", { default: "Y" }),
      pick("choice[1-2]:", ["1=Quiet 2=Loud_and_long", "2\r"], { question: "", default: "1" }),
      field("Host name (HOST) [localhost] (NEW)", "\r", { default: "localhost" }),
      field("Port of the server (PORT) [80] (NEW)", "\r", { default: "80" }),
    ],
  },
  {
    name: "sqlmap",
    program: "sqlmap",
    apt: ["sqlmap"],
    run: "exec sqlmap --wizard",
    asks: [
      field("Please enter full target URL (-u):", "http://127.0.0.1:9/?a=1\r"),
      field("POST data (--data) [Enter for None]:", "\r"),
      pick("Please choose:", ["1=Normal_(default) 2=Medium 3=Hard", "\r"], {
        question: "Injection difficulty",
        default: "1",
      }),
      pick("Enumeration", ["1=Basic_(default) 2=Intermediate 3=All", "\r"], { default: "1" }),
    ],
    forMs: 500,
  },
  {
    name: "dselect",
    program: "dselect",
    apt: ["dselect"],
    run: "exec dselect --admindir /tmp/demo/work/a",
    setup: "mkdir -p a/info a/updates a/methods; touch a/status a/available",
    asks: [
      pick("[A]ccess", ["0=[A]ccess 1=[U]pdate", "\u0003"], {
        question: "",
        default: "[A]ccess",
        or: ["unknown"],
      }),
    ],
    forMs: 600,
  },
  {
    name: "utop",
    program: "utop",
    apt: ["utop"],
    run: "exec utop",
    asks: [repl("utop #", "1+1;;\r"), repl("utop #", "exit 0;;\r")],
  },
  {
    name: "percol",
    program: "percol",
    apt: ["percol"],
    run: "seq 11 15 | percol",
    asks: [pick("QUERY>", ["=11 =12 =13", "\r"], { question: "", default: "11" })],
  },
  {
    name: "npm-astro-kit",
    program: "@astrojs/cli-kit",
    npm: ["@astrojs/cli-kit@0.4.1"],
    files: {
      "ask.mjs": `import { prompt } from "@astrojs/cli-kit";
await prompt({ name: "d", type: "confirm", label: "deps", message: "Install the dependencies?", hint: "recommended", initial: true });
await prompt({ name: "t", type: "select", label: "tmpl", message: "How would you like to start?", choices: [{ label: "An empty one", value: 1, hint: "recommended" }, { label: "A blog", value: 2 }] });
process.exit();`,
    },
    run: "exec node ask.mjs",
    asks: [
      yes("Install the dependencies?", "\r", { options: "=Yes =No", default: "Yes" }),
      pick("How would you like to start?", ["=An_empty_one =A_blog", "\r"], {
        default: "An empty one",
      }),
    ],
    forMs: 500,
  },
  {
    name: "curses-clock-menu",
    program: "curses-clock-menu",
    apt: ["python3"],
    files: { "menu.py": clockMenu },
    run: "exec /usr/bin/python3 menu.py",
    asks: [
      pick("Choose what to do:", ["=Install =Repair =Remove", "\r"], {
        default: "Install",
        restless: true,
      }),
    ],
  },
  {
    name: "octave",
    program: "octave",
    apt: ["octave"],
    run: "exec octave-cli --no-init-file",
    asks: [
      repl("octave:1>", 'n = input("How many points ");\r'),
      field("How many points", "3\r"),
      repl("octave:2>", 'yes_or_no("Overwrite the matrix ")\r'),
      yes("Overwrite the matrix (yes or no)", "no\r"),
      repl("octave:3>", "exit\r"),
    ],
  },
  {
    name: "ghci",
    program: "ghci",
    apt: ["ghc"],
    run: "exec ghci",
    asks: [
      repl("ghci>", "1+1\r"),
      repl("ghci>", ":{\r"),
      repl("ghci|", ":}\r"),
      repl("ghci>", ":q\r"),
    ],
  },
  {
    name: "gprolog",
    program: "gprolog",
    apt: ["gprolog"],
    run: "exec gprolog",
    asks: [
      repl("| ?-", "member(X,[a,b,c]).\r"),
      repl("X = a ?", "\r", { or: ["unknown", "multiple_choice", "confirm_enter"] }),
      repl("| ?-", "halt.\r"),
    ],
  },
  {
    name: "systemd-ask-password",
    program: "systemd-ask-password",
    apt: ["systemd"],
    run: "exec systemd-ask-password 'Unlock the disk:'",
    asks: [pass("Unlock the disk:")],
  },
  {
    name: "unison",
    program: "unison",
    apt: ["unison"],
    setup: "mkdir a b; echo 1 >a/f",
    run: "exec unison a b",
    asks: [
      { on: "Press return to continue.[<spc>]", kind: "confirm_enter", send: " " },
      field("[f]", "f", {
        question: "",
        or: ["multiple_choice", "confirm_enter", "unknown", "yes_no"],
      }),
      yes("Proceed with propagating updates? []", "n", { single: true }),
    ],
    forMs: 500,
  },
  {
    name: "term-prompt",
    program: "Term::Prompt",
    apt: ["libterm-prompt-perl"],
    files: { "ask.pl": termPrompt },
    run: "exec perl ask.pl",
    asks: [
      field("Host to copy to (name or address) [default backup]", "\r", { default: "backup" }),
      yes("Keep the old log (y or n) [default n]", "y\r", { default: "n" }),
      field("Number of copies (1 to 9) [default 3]", "\r", { default: "3" }),
    ],
  },
  {
    name: "google-authenticator",
    program: "google-authenticator",
    apt: ["libpam-google-authenticator"],
    run: "exec google-authenticator -Q NONE",
    asks: [
      yes("Do you want authentication tokens to be time-based (y/n)", "y\r"),
      field("Enter code from app (-1 to skip):", "-1\r"),
      yes("file? (y/n)", "n\r"),
    ],
  },
];
