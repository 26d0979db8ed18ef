/** The same ways of not asking in many interpreters: each sleeps, waits and writes by its own system calls. */
import type { Scenario } from "../scenario.ts";

type Interpreter = {
  program: string;
  apt: readonly string[];
  /** A command line for the code. */
  run: (code: string) => string;
  /** Writes a text without a line feed, at once. */
  write: (text: string) => string;
  sleep: (seconds: number) => string;
  /** Runs a child and waits for it. */
  child: (command: string) => string;
  /** Reads a line of standard input. */
  read: string;
  /** Repeats code. */
  times: (count: number, code: string) => string;
};

const quoted = (code: string): string => `'${code.replaceAll("'", `'"'"'`)}'`;

const interpreters: readonly Interpreter[] = [
  {
    program: "python3",
    apt: ["python3"],
    run: (code) => `python3 -c ${quoted(`import sys,time,subprocess\n${code}`)}`,
    write: (text) => `print(${JSON.stringify(text)},end="",flush=True)\n`,
    sleep: (seconds) => `time.sleep(${seconds})\n`,
    child: (command) => `subprocess.run(${JSON.stringify(command)},shell=True)\n`,
    read: "sys.stdin.readline()\n",
    times: (count, code) =>
      `for i in range(${count}):\n  ${code.trim().replaceAll("\n", "\n  ")}\n`,
  },
  {
    program: "perl",
    apt: ["perl"],
    run: (code) => `perl -e ${quoted(`$|=1;${code}`)}`,
    write: (text) => `print ${JSON.stringify(text).replace(/[@$]/g, "\\$&")};`,
    sleep: (seconds) => `select(undef,undef,undef,${seconds});`,
    child: (command) => `system(${JSON.stringify(command)});`,
    read: "<STDIN>;",
    times: (count, code) => `for(1..${count}){${code}}`,
  },
  {
    program: "ruby",
    apt: ["ruby"],
    run: (code) => `ruby -e ${quoted(`$stdout.sync=true;${code}`)}`,
    write: (text) => `print ${JSON.stringify(text)};`,
    sleep: (seconds) => `sleep ${seconds};`,
    child: (command) => `system ${JSON.stringify(command)};`,
    read: "gets;",
    times: (count, code) => `${count}.times{${code}};`,
  },
  {
    program: "php",
    apt: ["php-cli"],
    run: (code) => `php -r ${quoted(code)}`,
    write: (text) => `echo ${JSON.stringify(text)};`,
    sleep: (seconds) => `usleep(${seconds * 1_000_000});`,
    child: (command) => `passthru(${JSON.stringify(command)});`,
    read: "fgets(STDIN);",
    times: (count, code) => `for($i=0;$i<${count};$i++){${code}}`,
  },
  {
    program: "lua",
    apt: ["lua5.4"],
    run: (code) => `lua5.4 -e ${quoted(`io.stdout:setvbuf("no") ${code}`)}`,
    write: (text) => `io.write(${JSON.stringify(text)}) `,
    sleep: (seconds) => `os.execute("sleep ${seconds}") `,
    child: (command) => `os.execute(${JSON.stringify(command)}) `,
    read: "io.read() ",
    times: (count, code) => `for i=1,${count} do ${code} end `,
  },
  {
    program: "node",
    apt: [],
    run: (code) =>
      `node -e ${quoted(`(async()=>{const z=s=>new Promise(r=>setTimeout(r,s*1000));${code}process.exit()})()`)}`,
    write: (text) => `process.stdout.write(${JSON.stringify(text)});`,
    sleep: (seconds) => `await z(${seconds});`,
    child: (command) =>
      `await new Promise(r=>require("child_process").spawn("sh",["-c",${JSON.stringify(command)}],{stdio:"inherit"}).on("exit",r));`,
    read: `require("fs").readFileSync(0);`,
    times: (count, code) => `for(let i=0;i<${count};i++){${code}}`,
  },
  {
    program: "dash",
    apt: [],
    run: (code) => `dash -c ${quoted(code)}`,
    write: (text) => `printf %s ${JSON.stringify(text).replaceAll("\\r", "$(printf '\\r')")};`,
    sleep: (seconds) => `sleep ${seconds};`,
    child: (command) => `${command};`,
    read: "read a;",
    times: (count, code) => `i=0;while [ $i -lt ${count} ];do i=$((i+1));${code}done;`,
  },
  {
    program: "tclsh",
    apt: ["tcl"],
    run: (code) =>
      `echo ${quoted(`fconfigure stdout -buffering none;${code}`)} >t.tcl; tclsh t.tcl; }`,
    write: (text) => `puts -nonewline {${text.replaceAll(/[\r\n]/g, "")}};`,
    sleep: (seconds) => `after ${seconds * 1000};`,
    child: (command) => `exec sh -c {${command}} >@stdout;`,
    read: "gets stdin;",
    times: (count, code) => `for {set i 0} {$i<${count}} {incr i} {${code}};`,
  },
];

type Way = {
  name: string;
  why: string;
  code: (of: Interpreter) => string;
  run?: (line: string) => string;
};

const ways: readonly Way[] = [
  {
    name: "asks-itself",
    why: "a question, then a sleep, then its own answer",
    code: (of) => of.write("Remove all files? [y/N] ") + of.sleep(2.2) + of.write("n\n"),
  },
  {
    name: "child-works",
    why: "a question stands there while a child works",
    code: (of) => of.write("Overwrite the target? (yes/no): ") + of.child("sleep 2.2"),
  },
  {
    name: "piped",
    why: "what it asks is answered by a pipe",
    code: (of) => of.write("Name: ") + of.read + of.sleep(1.8),
    run: (line) => `(sleep 0.5; echo x) | ${line}`,
  },
  {
    name: "progress",
    why: "a line that is written over and over and ends in a question mark",
    code: (of) => of.times(20, of.write("\rcopying, stop with Ctrl-C? ") + of.sleep(0.09)),
  },
  {
    name: "secret-word",
    why: "the word of a secret before a sleep",
    code: (of) => of.write("Enter passphrase: ") + of.sleep(2),
  },
  {
    name: "list",
    why: "a numbered list and a colon before work",
    code: (of) => of.write("1) keep\n2) replace\nSelection: ") + of.child("sleep 2"),
  },
  {
    name: "press-enter",
    why: "words of a pause, and then it goes on by itself",
    code: (of) => of.write("Press ENTER to continue ") + of.sleep(2),
  },
];

/** Programs of every interpreter in every way. */
export const interpreterScenarios: readonly Scenario[] = interpreters.flatMap((of) =>
  ways.map(({ name, why, code, run = (line) => line }) => ({
    name: `never-${of.program}-${name}`,
    program: of.program,
    apt: of.apt,
    run: run(of.run(code(of))),
    never: why,
    forMs: 3_000,
  })),
);
