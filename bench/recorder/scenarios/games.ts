/** Games of the terminal: questions in words that no tool would use, on screens of all kinds. */
import type { Ask, Scenario } from "../scenario.ts";

const field = (on: string, send: string, more: Partial<Ask> = {}): Ask => ({
  on,
  kind: "free_text",
  send,
  ...more,
});
const apt = ["bsdgames"];

export const games: readonly Scenario[] = [
  {
    name: "wump",
    program: "wump",
    apt,
    run: "exec wump",
    asks: [
      { on: "Instructions? (y-n)", kind: "yes_no", send: "n\r" },
      { on: "Move or shoot? (m-s)", kind: "multiple_choice", or: ["free_text"], send: "m\r" },
      field("To which room do you wish to move?", "2\r"),
    ],
  },
  {
    name: "hangman",
    program: "hangman",
    apt,
    run: "exec hangman",
    asks: [field("Guess:", "e", { single: true })],
  },
  {
    name: "trek",
    program: "trek",
    apt,
    run: "exec trek",
    asks: [
      { on: "Press return to continue.", kind: "confirm_enter", send: "\r" },
      field("What length game:", "short\r"),
      field("What skill game:", "novice\r"),
      { on: "Enter a password:", kind: "password", or: ["free_text"], send: "x\r" },
      { on: "Command:", kind: "free_text", send: "terminate\r" },
    ],
  },
  {
    name: "monop",
    program: "monop",
    apt,
    run: "exec monop",
    asks: [
      field("How many players?", "2\r"),
      field("Player 1's name:", "ada\r"),
      field("Player 2's name:", "bob\r"),
      field("-- Command:", "quit\r"),
      { on: "Do you all really want to quit?", kind: "yes_no", or: ["free_text"], send: "y\r" },
    ],
  },
  {
    name: "backgammon",
    program: "backgammon",
    apt,
    run: "exec backgammon",
    asks: [
      { on: "Do you want the rules of the game?", kind: "yes_no", send: "n" },
      { on: "Do you need instructions for this program?", kind: "yes_no", send: "n" },
    ],
  },
  {
    name: "arithmetic",
    program: "arithmetic",
    apt,
    run: "exec arithmetic",
    asks: [field("=", "5\r", { question: "" })],
  },
  {
    name: "battlestar",
    program: "battlestar",
    apt,
    run: "exec battlestar",
    asks: [field(">-:", "look\r"), field(">-:", "quit\r")],
  },
  {
    name: "cribbage",
    program: "cribbage",
    apt,
    run: "exec cribbage",
    asks: [
      { on: "Do you need instructions for cribbage?", kind: "yes_no", send: "n" },
      {
        on: "Long (to 121) or Short (to 61)?",
        kind: "multiple_choice",
        or: ["free_text"],
        send: "s",
      },
    ],
  },
  {
    name: "canfield",
    program: "canfield",
    apt,
    run: "exec canfield",
    asks: [{ on: "y or n?", kind: "yes_no", question: "", send: "n\r" }],
  },
  {
    name: "hack",
    program: "hack",
    apt,
    run: "exec hack",
    asks: [{ on: "Are you an experienced player? [ny]", kind: "yes_no", send: "n" }],
  },
  {
    name: "gnugo",
    program: "gnugo",
    apt: ["gnugo"],
    rows: 40,
    run: "exec gnugo",
    asks: [field("black(1):", "quit\r")],
  },
  {
    name: "nettoe",
    program: "nettoe",
    apt: ["nettoe"],
    run: "exec nettoe",
    asks: [{ on: "Choose an action:", kind: "multiple_choice", or: ["free_text"], send: "q" }],
  },
  {
    name: "dopewars",
    program: "dopewars",
    apt: ["dopewars"],
    run: "exec dopewars -t -n",
    rows: 40,
    asks: [field("what's your name?", "ada\r", { question: "" })],
  },
];

/** Lists that are filtered or moved through with keys. */
export const pickers: readonly Scenario[] = [
  {
    name: "smenu",
    program: "smenu",
    apt: ["smenu"],
    run: "printf 'one\\ntwo\\nthree\\n' | exec smenu -m 'Choose a word:'",
    asks: [
      { on: "Choose a word:", kind: "multiple_choice", or: ["unknown"], question: "", send: "q" },
    ],
  },
  {
    name: "fzy",
    program: "fzy",
    apt: ["fzy"],
    run: "printf 'apple\\nbanana\\ncherry\\n' | exec fzy",
    asks: [{ on: "cherry", kind: "multiple_choice", or: ["free_text"], question: "", send: "\r" }],
  },
  {
    name: "pick",
    program: "pick",
    apt: ["pick"],
    run: "printf 'apple\\nbanana\\ncherry\\n' | exec pick",
    asks: [{ on: "cherry", kind: "multiple_choice", or: ["free_text"], question: "", send: "\r" }],
  },
  {
    name: "iselect",
    program: "iselect",
    apt: ["iselect"],
    setup: "printf 'apple\\nbanana\\ncherry\\n' >l",
    run: "exec iselect -a <l",
    asks: [
      {
        on: "cherry",
        kind: "multiple_choice",
        or: ["free_text", "unknown"],
        question: "",
        send: "q",
        hands_off: true,
      },
    ],
  },
  {
    name: "jove",
    program: "jove",
    apt: ["jove"],
    setup: "seq 100 >t",
    run: "exec jove t",
    asks: [
      { on: "Exit: C-X C-C", kind: "editor", question: "", send: "x\u0018\u0003", hands_off: true },
    ],
  },
  {
    name: "le",
    program: "le",
    apt: ["le"],
    setup: "seq 100 >t",
    run: "exec le t",
    asks: [
      {
        on: "t",
        kind: "editor",
        or: ["free_text"],
        question: "",
        send: "\u001b\u001b",
        hands_off: true,
      },
    ],
  },
];
