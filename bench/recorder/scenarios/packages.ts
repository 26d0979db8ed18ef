/** Packages of the system, and small programs that ask. */
import type { Scenario } from "../scenario.ts";

export const packages: readonly Scenario[] = [
  {
    name: "dpkg-conffile",
    program: "dpkg",
    version: "dpkg --version",
    setup:
      "mkdir -p p/DEBIAN p/etc && echo one >p/etc/atlasdemo.conf && printf 'Package: atlasdemo\\nVersion: 1\\nArchitecture: all\\nMaintainer: A <a@example.org>\\nDescription: demo\\n' >p/DEBIAN/control && echo /etc/atlasdemo.conf >p/DEBIAN/conffiles && dpkg-deb -b p a.deb >/dev/null && dpkg -i a.deb >/dev/null && echo mine >/etc/atlasdemo.conf && echo two >p/etc/atlasdemo.conf && sed -i 's/Version: 1/Version: 2/' p/DEBIAN/control && dpkg-deb -b p b.deb >/dev/null",
    run: "dpkg -i b.deb; dpkg -P atlasdemo",
    asks: [
      { on: "(Y/I/N/O/D/Z) [default=N] ?", kind: "multiple_choice", default: "N", send: "N\r" },
    ],
  },
  {
    name: "apt-remove",
    program: "apt",
    version: "apt --version",
    run: "exec apt remove bc",
    apt: ["bc"],
    asks: [
      {
        on: "Do you want to continue? [Y/n]",
        kind: "yes_no",
        options: "Y n",
        default: "y",
        send: "n\r",
      },
    ],
  },
  {
    name: "update-alternatives",
    program: "update-alternatives",
    version: "update-alternatives --version",
    apt: ["nano", "ed"],
    run: "exec update-alternatives --config editor",
    asks: [{ on: "or type selection number:", kind: "multiple_choice", send: "\r" }],
  },
  {
    name: "adventure",
    program: "adventure",
    apt: ["bsdgames"],
    run: "exec adventure",
    asks: [
      { on: "Would you like instructions?", kind: "yes_no", send: "no\r" },
      { on: "You are standing", kind: "unknown", question: "", send: "quit\r" },
    ],
    forMs: 600,
  },
  {
    name: "task",
    program: "task",
    version: "task --version",
    apt: ["taskwarrior"],
    run: "task list; task add one; task 1 delete",
    asks: [
      { on: "Would you like a sample", kind: "yes_no", question: "created", send: "yes\r" },
      { on: "(yes/no)", kind: "yes_no", question: "", send: "no\r" },
    ],
    forMs: 900,
  },
  {
    name: "mail",
    program: "mail",
    apt: ["bsd-mailx"],
    run: "exec bsd-mailx someone@example.org",
    asks: [
      { on: "Subject:", kind: "free_text", send: "hi\r" },
      { on: "Subject: hi", kind: "unknown", question: "", send: "\u0003" },
    ],
    forMs: 500,
  },
  {
    name: "aspell",
    program: "aspell",
    version: "aspell --version",
    apt: ["aspell", "aspell-en"],
    setup: "echo 'a wrongg word' >t.txt",
    run: "exec aspell -l en check t.txt",
    asks: [{ on: "?", kind: "multiple_choice", question: "", single: true, send: "x" }],
  },
  {
    name: "calcurse-at",
    program: "at",
    apt: ["at"],
    run: "exec at now + 1 day",
    asks: [{ on: "at>", kind: "free_text", question: "", send: "\u0003" }],
    forMs: 500,
  },
  {
    name: "make-menu",
    program: "make",
    version: "make --version",
    apt: ["make"],
    setup: `printf 'clean:\\n\\t@printf "This removes build/. Are you sure? [y/N] "; read a; test "$$a" = y\\nrelease:\\n\\t@read -p "Version (e.g. 1.2.3): " v; echo $$v\\n' >Makefile; sed -i '1i SHELL=/bin/bash' Makefile`,
    run: "make clean; make release",
    asks: [
      { on: "This removes build/. Are you sure? [y/N]", kind: "yes_no", default: "n", send: "n\r" },
      { on: "Version (e.g. 1.2.3):", kind: "free_text", send: "1\r" },
    ],
  },
  {
    name: "cpan",
    program: "cpan",
    run: "exec cpan",
    asks: [
      {
        on: "[yes]",
        kind: "yes_no",
        question: "Would you like to configure as much as possible automatically?",
        default: "yes",
        send: "no\r",
      },
    ],
    forMs: 600,
  },
  {
    name: "hledger-add",
    program: "hledger",
    version: "hledger --version",
    apt: ["hledger"],
    setup: "touch j",
    run: "exec hledger -f j add",
    asks: [
      { on: "Date [", kind: "free_text", send: "\r" },
      { on: "Description:", kind: "free_text", send: "lunch\r" },
      { on: "Account 1:", kind: "free_text", send: "food\r" },
      { on: "Amount  1:", kind: "free_text", send: "5\r" },
      { on: "Account 2:", kind: "free_text", send: "\u0003" },
    ],
    forMs: 600,
  },
];
