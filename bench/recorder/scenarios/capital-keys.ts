/** Programs of later blind measures: keys that are capitals, offered values, commands that are no menu. */
import type { Scenario } from "../scenario.ts";

const beets = "directory: /tmp/demo/work/lib\nlibrary: /tmp/demo/work/l.db\nplugins: []\n";
const thor = `require 'thor'
class A < Thor
 include Thor::Actions
 desc 'x','y'
 def x
  ask('What is your favourite?', default: 'tea')
  ask('Which planet?', limited_to: ['Mars','Venus'])
  yes?('Shall we go on?')
  create_file('a','new')
  ask('The key', echo: false)
 end
end
A.start(['x'])
`;

export const capitalKeys: readonly Scenario[] = [
  {
    name: "beets",
    program: "beet",
    apt: ["beets"],
    files: { "c.yaml": beets },
    setup:
      "mkdir in; ffmpeg -loglevel error -f lavfi -i sine=d=1 -metadata title=A -metadata artist=B -metadata album=C in/a.mp3",
    env: { BEETSDIR: "/tmp/demo/work" },
    run: "exec beet -c c.yaml import in",
    asks: [
      {
        on: "[S]kip, Use as-is, as Tracks",
        question: "",
        kind: "multiple_choice",
        options: "s=Skip u=Use_as-is t=as_Tracks g=Group_albums e=Enter_search i=enter_Id b=aBort",
        default: "s",
        send: "b\r",
      },
    ],
    forMs: 800,
  },
  {
    name: "instmodsh",
    program: "instmodsh",
    apt: ["perl"],
    run: "exec instmodsh",
    asks: [
      { on: "cmd?", question: "", kind: "free_text", or: ["unknown"], send: "m Perl\r" },
      { on: "cmd?", question: "", kind: "free_text", or: ["unknown"], send: "q\r" },
    ],
    forMs: 500,
  },
  {
    name: "karma",
    program: "karma",
    npm: ["karma@6.4.4"],
    run: "exec node node_modules/karma/bin/karma init",
    asks: [
      {
        on: "Which testing framework do you want to use ?",
        question: "Which testing framework",
        kind: "multiple_choice",
        or: ["free_text"],
        default: "jasmine",
        send: "\r",
      },
      {
        on: "Do you want to use Require.js ?",
        question: "Do you want to use Require.js",
        kind: "yes_no",
        default: "no",
        send: "\r",
      },
      {
        on: "Do you want to capture any browsers automatically ?",
        question: "Do you want to capture",
        kind: "multiple_choice",
        or: ["free_text"],
        default: "Chrome",
        send: "\r",
      },
    ],
    forMs: 600,
  },
  {
    name: "thor",
    program: "thor",
    apt: ["ruby-thor"],
    files: { "ask.rb": thor },
    setup: "echo 1 >a",
    run: "exec ruby ask.rb",
    asks: [
      { on: "What is your favourite? (tea)", kind: "free_text", default: "tea", send: "\r" },
      {
        on: "Which planet? [Mars, Venus]",
        kind: "multiple_choice",
        options: "=Mars =Venus",
        send: "Mars\r",
      },
      { on: "Shall we go on?", kind: "yes_no", send: "y\r" },
      {
        on: '(enter "h" for help) [Ynaqdhm]',
        question: "Overwrite",
        kind: "multiple_choice",
        options: "Y n a q d h",
        default: "Y",
        send: "n\r",
      },
      { on: "The key", kind: "password", or: ["free_text"], send: "x\r", secret: true },
    ],
    forMs: 500,
  },
  {
    name: "never-command-list",
    program: "sh",
    run: "printf 'Commands:\\n  l            - List\\n  m <name>     - Select\\n  q            - Quit\\ncmd? '; sleep 2; echo",
    never: "a list of commands and the sign of a prompt, and nobody reads",
    forMs: 4_000,
  },
  {
    name: "never-capital-keys",
    program: "sh",
    run: "for album in One Two Three; do printf '%s\\n[S]kip, Use as-is, as Tracks, aBort? ' $album; sleep 1; echo s; done",
    never: "answers itself from a list",
    forMs: 5_000,
  },
];
