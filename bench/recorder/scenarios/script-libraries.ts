/** Prompt libraries of Perl, Ruby and PHP as Debian has them, each called by a small script of ours. */
import type { Scenario } from "../scenario.ts";

const perl = "exec perl ask.pl";
const ruby = "exec ruby ask.rb";

export const scriptLibraries: readonly Scenario[] = [
  {
    name: "perl-io-prompt",
    program: "IO::Prompt",
    apt: ["libio-prompt-perl", "libio-prompt-tiny-perl"],
    files: {
      "ask.pl": `use IO::Prompt; prompt("Your favourite number? ", -integer); prompt("Are we there yet? ", -yn); prompt("Code word: ", -e => "*");
prompt("Which planet?", -menu => ["Mars", "Venus", "Saturn"], "> ");
use IO::Prompt::Tiny (); IO::Prompt::Tiny::prompt("Where to install", "/opt");`,
    },
    run: perl,
    asks: [
      { on: "Your favourite number?", kind: "free_text", send: "7\r" },
      { on: "Are we there yet?", kind: "yes_no", send: "y\r" },
      { on: "Code word:", kind: "free_text", or: ["password"], send: "x\r" },
      {
        on: "Which planet?",
        kind: "multiple_choice",
        options: "a=Mars b=Venus c=Saturn",
        send: "a\r",
      },
      { on: "Where to install [/opt]", kind: "free_text", default: "/opt", send: "\r" },
    ],
  },
  {
    name: "perl-io-prompter",
    program: "IO::Prompter",
    apt: ["libio-prompter-perl"],
    files: {
      "ask.pl": `use IO::Prompter; prompt "Enter your name"; prompt "Quit now?", -yn; prompt "Choose:", -menu => ["tea", "coffee"], ">"; prompt "Port", -default => "8080", -integer; prompt "Key word:", -echo => "*";`,
    },
    run: perl,
    asks: [
      { on: "Enter your name", kind: "free_text", send: "ada\r" },
      { on: "Quit now?", kind: "yes_no", send: "n\r" },
      {
        on: "b. coffee",
        question: "",
        kind: "multiple_choice",
        options: "a=tea b=coffee",
        send: "a\r",
      },
      { on: "Port", kind: "free_text", send: "\r" },
      { on: "Key word:", kind: "free_text", or: ["password"], send: "x\r" },
    ],
  },
  {
    name: "perl-term-choose",
    program: "Term::Choose",
    apt: ["libterm-choose-perl"],
    files: {
      "ask.pl": `use Term::Choose qw(choose); choose(["alpha", "beta", "gamma"], { prompt => "Choose a branch:", layout => 2, default => 1 }); choose(["one", "two", "three"], { prompt => "And a number:" });`,
    },
    run: perl,
    asks: [
      {
        on: "Choose a branch:",
        kind: "multiple_choice",
        options: "=alpha =beta =gamma",
        default: "beta",
        send: "\r",
      },
      {
        on: "And a number:",
        kind: "multiple_choice",
        options: "=one =two =three",
        default: "one",
        send: "\r",
      },
    ],
  },
  {
    name: "perl-term-ui",
    program: "Term::UI",
    apt: ["libterm-ui-perl", "libterm-readline-gnu-perl"],
    files: {
      "ask.pl": `use Term::ReadLine; use Term::UI; my $t = Term::ReadLine->new("x");
$t->get_reply(prompt => "What is your favourite colour?", choices => [qw(blue red green)], default => "blue"); $t->ask_yn(prompt => "Will you do it?", default => "y");
$t->readline("cmd> "); $t->readline("Edit the path: ", "/usr/local");`,
    },
    run: perl,
    asks: [
      {
        on: "What is your favourite colour?",
        kind: "multiple_choice",
        options: "1=blue 2=red 3=green",
        default: "1",
        send: "\r",
      },
      { on: "Will you do it? [Y/n]:", kind: "yes_no", default: "y", send: "n\r" },
      { on: "cmd>", kind: "free_text", send: "x\r" },
      { on: "Edit the path: /usr/local", question: "Edit the path", kind: "free_text", send: "\r" },
    ],
  },
  {
    name: "perl-curses-ui",
    program: "Curses::UI",
    apt: ["libcurses-ui-perl"],
    files: {
      "ask.pl": `use Curses::UI; my $c = Curses::UI->new(-color_support => 0, -clear_on_exit => 1);
$c->dialog(-message => "Really quit the setup?", -buttons => ["yes", "no"], -title => "Setup"); $c->question("What is the host name?"); $c->error("The disk is full."); $c->leave_curses;`,
    },
    run: perl,
    asks: [
      {
        on: "Really quit the setup?",
        kind: "yes_no",
        options: "=Yes =No",
        send: "\r",
      },
      { on: "What is the host name?", kind: "free_text", send: "web1\r" },
      { on: "The disk is full.", kind: "confirm_enter", send: "\r" },
    ],
  },
  {
    name: "ruby-tty-prompt",
    program: "tty-prompt",
    apt: ["ruby-tty-prompt"],
    files: {
      "ask.rb": `require "tty-prompt"; p = TTY::Prompt.new
p.ask("What is your name?", default: "Ada"); p.yes?("Do you like Ruby?"); p.no?("Delete it?"); p.mask("What is your secret?")
p.select("Choose your destiny?", %w(Scorpion Kano Jax)); p.multi_select("Select drinks?", %w(vodka beer wine)); p.enum_select("Select an editor?", %w(emacs nano vim))
p.expand("Overwrite Gemfile?", [{ key: "y", name: "overwrite this file", value: 1 }, { key: "n", name: "do not overwrite this file", value: 2 }])
p.slider("Volume", max: 100, step: 5); p.keypress("Press space or enter to continue", keys: [:space, :return]); p.multiline("Description?")`,
    },
    run: ruby,
    asks: [
      { on: "What is your name? (Ada)", kind: "free_text", default: "Ada", send: "\r" },
      { on: "Do you like Ruby? (Y/n)", kind: "yes_no", default: "y", send: "\r" },
      { on: "Delete it? (y/N)", kind: "yes_no", default: "n", send: "\r" },
      { on: "What is your secret?", kind: "password", send: "s\r", secret: true },
      {
        on: "Choose your destiny?",
        kind: "multiple_choice",
        options: "=Scorpion =Kano =Jax",
        default: "Scorpion",
        send: "\r",
      },
      { on: "Select drinks?", kind: "multiple_choice", options: "=vodka =beer =wine", send: " \r" },
      {
        on: "Select an editor?",
        kind: "multiple_choice",
        options: "1=emacs 2=nano 3=vim",
        send: "2\r",
      },
      { on: "Overwrite Gemfile?", kind: "multiple_choice", or: ["yes_no"], send: "y\r" },
      { on: "Volume", kind: "free_text", or: ["multiple_choice"], send: "\r" },
      { on: "Press space or enter to continue", kind: "confirm_enter", send: "\r" },
      { on: "Description?", kind: "free_text", send: "x\r\u0004" },
    ],
  },
  {
    name: "ruby-highline",
    program: "highline",
    apt: ["ruby-highline", "ruby-thor"],
    files: {
      "ask.rb": `require "highline/import"; require "thor"
ask("Name?  ") { |q| q.default = "Ada" }; agree("Shall we start?  "); ask("Enter PIN:  ") { |q| q.echo = "*" }
choose { |m| m.prompt = "Please choose your favourite language?  "; m.choices(:ruby, :python, :perl) { } }
ask("Age?  ", Integer) { |q| q.in = 0..105 }
s = Thor::Shell::Basic.new; s.ask("What is your planet?", default: "Mars"); s.ask("Neapolitan?", limited_to: %w(vanilla mint)); s.yes?("Do you like Thor?"); s.file_collision("config.yml")`,
    },
    run: ruby,
    asks: [
      { on: "Name?  |Ada|", kind: "free_text", default: "Ada", send: "\r" },
      { on: "Shall we start?", kind: "yes_no", send: "yes\r" },
      { on: "Enter PIN:", kind: "password", or: ["free_text"], send: "1\r", secret: true },
      {
        on: "Please choose your favourite language?",
        kind: "multiple_choice",
        options: "1=ruby 2=python 3=perl",
        send: "1\r",
      },
      { on: "Age?", kind: "free_text", send: "40\r" },
      { on: "What is your planet? (Mars)", kind: "free_text", default: "Mars", send: "\r" },
      {
        on: "Neapolitan? [vanilla, mint]",
        kind: "multiple_choice",
        options: "vanilla mint",
        send: "mint\r",
      },
      { on: "Do you like Thor?", kind: "yes_no", send: "y\r" },
      {
        on: 'Overwrite config.yml? (enter "h" for help) [Ynaqh]',
        question: "Overwrite config.yml?",
        kind: "multiple_choice",
        or: ["yes_no"],
        options: "Y n a q h",
        default: "y",
        send: "n\r",
      },
    ],
  },
  {
    name: "php-symfony-console",
    program: "symfony/console",
    apt: ["php-cli", "php-symfony-console"],
    files: {
      "ask.php": `<?php require "/usr/share/php/Symfony/Component/Console/autoload.php";
use Symfony\\Component\\Console\\{Application, Command\\Command, Style\\SymfonyStyle};
use Symfony\\Component\\Console\\Question\\{Question, ChoiceQuestion, ConfirmationQuestion};
$c = new Command("go"); $c->setCode(function ($in, $out) use ($c) { $io = new SymfonyStyle($in, $out);
$io->title("Setup"); $io->ask("Where to deploy", "staging"); $io->confirm("Restart the workers?", false); $io->choice("Select the queue", ["high", "default", "low"], "default"); $io->askHidden("Database word");
$h = $c->getHelper("question"); $h->ask($in, $out, new ConfirmationQuestion("Continue with this action? (y/n) ", false));
$h->ask($in, $out, (new ChoiceQuestion("Please select your colours (defaults to red)", ["red", "blue", "yellow"], "0"))->setMultiselect(true)); $h->ask($in, $out, new Question("Please enter the name of the bundle: ", "Acme")); return 0; });
$a = new Application(); $a->add($c); $a->setDefaultCommand("go", true); $a->run();`,
    },
    run: "exec php ask.php",
    asks: [
      {
        on: "Where to deploy [staging]:",
        question: "Where to deploy",
        kind: "free_text",
        default: "staging",
        send: "\r",
      },
      {
        on: "Restart the workers? (yes/no) [no]:",
        question: "Restart the workers?",
        kind: "yes_no",
        default: "no",
        send: "\r",
      },
      {
        on: "Select the queue [default]:",
        question: "",
        kind: "multiple_choice",
        options: "0=high 1=default 2=low",
        default: "default",
        send: "\r",
      },
      { on: "Database word:", question: "", kind: "password", send: "x\r", secret: true },
      { on: "Continue with this action? (y/n)", kind: "yes_no", send: "y\r" },
      {
        on: "Please select your colours",
        question: "",
        kind: "multiple_choice",
        options: "0=red 1=blue 2=yellow",
        send: "0\r",
      },
      { on: "Please enter the name of the bundle:", kind: "free_text", send: "\r" },
    ],
  },
];
