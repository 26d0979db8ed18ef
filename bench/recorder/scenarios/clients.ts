/** Clients, debuggers and calculators that read a line of commands. */
import type { Ask, Scenario } from "../scenario.ts";

/** A mark to type behind: asked, answered with something harmless, and left. */
function repl(on: string, line: string, quit: string): Ask[] {
  const ask = { on, kind: "free_text", question: "" } as const;
  return [
    { ...ask, send: `${line}\r` },
    { ...ask, send: quit },
  ];
}

export const clients: readonly Scenario[] = [
  {
    name: "sqlite",
    program: "sqlite3",
    version: "sqlite3 --version",
    apt: ["sqlite3"],
    run: "exec sqlite3",
    asks: [
      { on: "sqlite>", kind: "free_text", question: "", send: "select 1\r" },
      { on: "...>", kind: "free_text", question: "", send: ";\r" },
      { on: "sqlite>", kind: "free_text", question: "", send: ".quit\r" },
    ],
  },
  {
    name: "bc",
    program: "bc",
    version: "bc --version",
    apt: ["bc"],
    run: "exec bc",
    asks: [
      { on: "warranty", kind: "free_text", question: "", send: "1+1\r" },
      { on: "2", kind: "free_text", question: "", send: "quit\r" },
    ],
  },
  {
    name: "ed",
    program: "ed",
    version: "ed --version",
    apt: ["ed"],
    setup: "echo 1 >a",
    run: "exec ed -p'*' a",
    asks: repl("*", "p", "q\r"),
  },
  {
    name: "gdb",
    program: "gdb",
    version: "gdb --version",
    apt: ["gdb"],
    run: "exec gdb -q -nx",
    asks: [
      { on: "(gdb)", kind: "free_text", question: "", send: "break nowhere\r" },
      { on: "(y or [n])", kind: "yes_no", default: "n", send: "y\r" },
      { on: "(gdb)", kind: "free_text", question: "", send: "delete\r" },
      { on: "(y or n)", kind: "yes_no", send: "n\r" },
      { on: "(gdb)", kind: "free_text", question: "", send: "quit\r" },
    ],
  },
  {
    name: "tclsh",
    program: "tclsh",
    apt: ["tcl"],
    run: "exec tclsh",
    asks: repl("%", "expr 1", "exit\r"),
  },
  {
    name: "erl",
    program: "erl",
    apt: ["erlang-base"],
    run: "exec erl",
    asks: [
      { on: "1>", kind: "free_text", question: "", send: "1+1.\r" },
      { on: "2>", kind: "free_text", question: "", send: "q().\r" },
    ],
  },
  {
    name: "iex",
    program: "iex",
    version: "iex --version",
    apt: ["elixir"],
    run: "exec iex",
    asks: [
      { on: "iex(1)>", kind: "free_text", question: "", send: "1+1\r" },
      { on: "iex(2)>", kind: "free_text", question: "", send: "System.halt\r" },
    ],
  },
  {
    name: "swipl",
    program: "swipl",
    version: "swipl --version",
    apt: ["swi-prolog-nox"],
    run: "exec swipl -q",
    asks: [
      { on: "?-", kind: "free_text", question: "", send: "member(X,[1,2]).\r" },
      {
        on: "X = 1",
        kind: "multiple_choice",
        or: ["free_text", "unknown"],
        question: "",
        send: ".",
      },
      { on: "?-", kind: "free_text", question: "", send: "halt.\r" },
    ],
  },
  {
    name: "clisp",
    program: "clisp",
    version: "clisp --version",
    apt: ["clisp"],
    run: "exec clisp -q -norc",
    asks: repl("]>", "(+ 1 1)", "(exit)\r"),
  },
  {
    name: "sbcl",
    program: "sbcl",
    version: "sbcl --version",
    apt: ["sbcl"],
    run: "exec sbcl --no-userinit",
    asks: [
      { on: "*", kind: "free_text", question: "", send: "(car 1)\r" },
      { on: "0]", kind: "free_text", question: "", send: "0\r" },
      { on: "*", kind: "free_text", question: "", send: "(exit)\r" },
    ],
  },
  {
    name: "ocaml",
    program: "ocaml",
    version: "ocaml -version",
    apt: ["ocaml-nox"],
    run: "exec ocaml -noinit",
    asks: repl("#", "1+1;;", "#quit;;\r"),
  },
  {
    name: "gnuplot",
    program: "gnuplot",
    version: "gnuplot --version",
    apt: ["gnuplot-nox"],
    run: "exec gnuplot",
    asks: [
      ...repl("gnuplot>", "print 1", 'pause -1 "Hit return to continue"\r'),
      { on: "Hit return to continue", kind: "confirm_enter", send: "\r" },
      { on: "gnuplot>", kind: "free_text", question: "", send: "quit\r" },
    ],
  },
  {
    name: "maxima",
    program: "maxima",
    version: "maxima --version",
    apt: ["maxima"],
    run: "exec maxima -q",
    asks: [
      { on: "(%i1)", kind: "free_text", question: "", send: "integrate(x^n,x);\r" },
      {
        on: "n",
        kind: "free_text",
        or: ["yes_no", "multiple_choice"],
        question: "",
        send: "no;\r",
      },
      { on: "(%i2)", kind: "free_text", question: "", send: "quit();\r" },
    ],
  },
  {
    name: "gap-gp",
    program: "gp",
    apt: ["pari-gp"],
    run: "exec gp -q",
    asks: repl("?", "1+1", "quit\r"),
  },
  {
    name: "units",
    program: "units",
    version: "units --version",
    apt: ["units"],
    run: "exec units",
    asks: [
      { on: "You have:", kind: "free_text", send: "1 mile\r" },
      { on: "You want:", kind: "free_text", send: "km\r" },
      { on: "You have:", kind: "free_text", send: "\u0004" },
    ],
  },
  {
    name: "ftp-lftp",
    program: "lftp",
    version: "lftp --version",
    apt: ["lftp"],
    run: "exec lftp",
    asks: repl("lftp :~>", "set net:timeout 1", "exit\r"),
  },
  {
    name: "telnet",
    program: "telnet",
    apt: ["telnet"],
    run: "exec telnet",
    asks: repl("telnet>", "status", "quit\r"),
  },
  {
    name: "redis-cli",
    program: "redis-cli",
    version: "redis-cli --version",
    apt: ["redis-tools"],
    run: "exec redis-cli -p 1",
    asks: repl("not connected>", "ping", "quit\r"),
  },
  {
    name: "calc",
    program: "calc",
    apt: ["calc"],
    run: "exec calc",
    asks: repl(";", "1+1", "quit\r"),
  },
  {
    name: "whois-rlwrap",
    program: "rlwrap",
    version: "rlwrap --version",
    apt: ["rlwrap"],
    run: "exec rlwrap cat",
    asks: [{ on: "", kind: "unknown", question: "", send: "hello\r" }],
    forMs: 500,
  },
];
