/** Further programs of Debian's and libraries of npm's that ask line by line: certificates, secrets, remotes, clients. */
import type { Ask, Scenario } from "../scenario.ts";

const field = (on: string, send: string, more: Partial<Ask> = {}): Ask => ({
  on,
  kind: "free_text",
  send,
  ...more,
});
const line = (on: string, send: string): Ask => field(on, send, { question: "" });
const secret = (on: string, send: string): Ask => ({ on, kind: "password", send, secret: true });

const certificates: readonly Scenario[] = [
  {
    name: "certtool",
    program: "certtool",
    version: "certtool --version",
    apt: ["gnutls-bin"],
    setup: "certtool --generate-privkey --bits 2048 --outfile k.pem",
    run: "exec certtool --generate-request --load-privkey k.pem",
    asks: [
      field("Country name (2 chars):", "FR\r"),
      field("State or province name:", "\r"),
      field("Locality name:", "\r"),
      field("Organization name:", "acme\r"),
      field("Organizational unit name:", "\r"),
      field("Common name:", "ada\r"),
      field("UID:", "\r"),
      field("Enter the subject's domain component (DC):", "\r"),
    ],
  },
  {
    name: "minisign",
    program: "minisign",
    version: "minisign -v",
    apt: ["minisign"],
    run: "exec minisign -G -p m.pub -s m.key",
    asks: [secret("Password:", "pw\r"), secret("Password (one more time):", "pw\r")],
  },
  {
    name: "signify",
    program: "signify-openbsd",
    apt: ["signify-openbsd"],
    run: "exec signify-openbsd -G -p s.pub -s s.sec",
    asks: [secret("passphrase:", "pw\r"), secret("confirm passphrase:", "pw\r")],
  },
  {
    name: "ssss",
    program: "ssss-split",
    apt: ["ssss"],
    run: "ssss-split -t 2 -n 2; exec ssss-combine -t 2",
    asks: [
      secret("Enter the secret, at most 128 ASCII characters:", "hello\r"),
      field("Share [1/2]:", "1-aa\r", { or: ["password"] }),
      field("Share [2/2]:", "2-bb\r", { or: ["password"] }),
    ],
  },
  {
    name: "steghide",
    program: "steghide",
    version: "steghide --version",
    apt: ["steghide"],
    setup: "echo data >d",
    run: "exec steghide extract -sf d",
    asks: [secret("Enter passphrase:", "pw\r")],
  },
  {
    name: "htpasswd",
    program: "htpasswd",
    apt: ["apache2-utils"],
    run: "exec htpasswd -c h ada",
    asks: [secret("New password:", "pw\r"), secret("Re-type new password:", "pw\r")],
  },
  {
    name: "chage",
    program: "chage",
    run: "exec chage root",
    asks: [
      field("Minimum Password Age [0]:", "\r", { default: "0" }),
      field("Maximum Password Age [99999]:", "x\r", { default: "99999" }),
    ],
  },
  {
    name: "gpasswd",
    program: "gpasswd",
    run: "exec gpasswd users",
    asks: [secret("New Password:", "a\r"), secret("Re-enter new password:", "b\r")],
  },
];

const clients: readonly Scenario[] = [
  {
    name: "rclone",
    program: "rclone",
    version: "rclone version",
    apt: ["rclone"],
    rows: 40,
    run: "exec rclone config --config rc.conf",
    asks: [
      {
        on: "n/s/q>",
        kind: "multiple_choice",
        question: "",
        send: "n\r",
      },
      field("name>", "mine\r"),
      field("Storage>", "local\r", { or: ["multiple_choice"] }),
      { on: "y/n>", kind: "yes_no", question: "", send: "\r", default: "n" },
      {
        on: "y/e/d>",
        kind: "multiple_choice",
        or: ["yes_no"],
        question: "",
        send: "\r",
        default: "y",
      },
      { on: "e/n/d/r/c/s/q>", kind: "multiple_choice", question: "", send: "q\r" },
    ],
  },
  {
    name: "tftp",
    program: "tftp",
    apt: ["tftp-hpa"],
    run: "exec tftp",
    asks: [field("(to)", "\r"), line("tftp>", "quit\r")],
  },
  {
    name: "ckermit",
    program: "kermit",
    apt: ["ckermit"],
    run: "exec kermit",
    asks: [line("C-Kermit>", "pwd\r"), line("C-Kermit>", "exit\r")],
  },
  {
    name: "ncftp",
    program: "ncftp",
    apt: ["ncftp"],
    run: "exec ncftp",
    asks: [line("ncftp>", "quit\r")],
  },
  {
    name: "cadaver",
    program: "cadaver",
    apt: ["cadaver"],
    run: "exec cadaver",
    asks: [line("dav:!>", "quit\r")],
  },
  { name: "qalc", program: "qalc", apt: ["qalc"], run: "exec qalc", asks: [line(">", "quit\r")] },
  {
    name: "chicken",
    program: "csi",
    apt: ["chicken-bin"],
    run: "exec csi",
    asks: [line("#;1>", "(+ 1 1)\r"), line("#;2>", ",q\r")],
  },
  {
    name: "newlisp",
    program: "newlisp",
    apt: ["newlisp"],
    run: "exec newlisp",
    asks: [line(">", "(exit)\r")],
  },
  {
    name: "picolisp",
    program: "pil",
    apt: ["picolisp"],
    run: "exec pil +",
    asks: [line(":", "(bye)\r")],
  },
  {
    name: "polyml",
    program: "poly",
    apt: ["polyml"],
    run: "exec poly",
    asks: [line(">", "1+1;\r"), line(">", "\u0004")],
  },
  {
    name: "jimsh",
    program: "jimsh",
    apt: ["jimsh"],
    run: "exec jimsh",
    asks: [line(".", "exit\r")],
  },
  {
    name: "luajit",
    program: "luajit",
    apt: ["luajit"],
    run: "exec luajit",
    asks: [line(">", "os.exit()\r")],
  },
  { name: "sash", program: "sash", apt: ["sash"], run: "exec sash", asks: [line(">", "exit\r")] },
  { name: "rc", program: "rc", apt: ["rc"], run: "exec rc -i", asks: [line(";", "exit\r")] },
  {
    name: "pry",
    program: "pry",
    apt: ["pry"],
    run: "exec pry --simple-prompt",
    asks: [line(">>", "exit\r")],
  },
];

const versions: readonly Scenario[] = [
  {
    name: "git-flow",
    program: "git-flow",
    version: "git flow version",
    apt: ["git-flow"],
    setup: "git init -q .",
    run: "exec git flow init",
    asks: [
      field("Branch name for production releases: [master]", "\r", { default: "master" }),
      field('Branch name for "next release" development: [develop]', "\r", { default: "develop" }),
      field("Feature branches? [feature/]", "\r", { default: "feature/" }),
      field("Bugfix branches? [bugfix/]", "\r", { default: "bugfix/" }),
      field("Version tag prefix? []", "\r"),
    ].flatMap((ask, at) =>
      at === 4
        ? [
            field("Release branches? [release/]", "\r", { default: "release/" }),
            field("Hotfix branches? [hotfix/]", "\r", { default: "hotfix/" }),
            field("Support branches? [support/]", "\r", { default: "support/" }),
            ask,
          ]
        : [ask],
    ),
  },
  {
    name: "darcs",
    program: "darcs",
    version: "darcs --version",
    apt: ["darcs"],
    setup: "darcs init -q && echo a >a && darcs add -q a",
    run: "exec darcs record",
    asks: [
      field("What is your email address?", "ada@example.org\r"),
      {
        on: "Shall I record this change? (1/2)",
        kind: "multiple_choice",
        or: ["yes_no"],
        send: "y",
      },
      {
        on: "Shall I record this change? (2/2)",
        kind: "multiple_choice",
        or: ["yes_no"],
        send: "y",
      },
      {
        on: "Do you want to Record these changes?",
        kind: "multiple_choice",
        or: ["yes_no"],
        send: "n",
      },
    ],
  },
  {
    name: "sdiff",
    program: "sdiff",
    setup: "printf 'a\\nb\\n' >x1; printf 'a\\nc\\n' >x2",
    run: "exec sdiff -o o x1 x2",
    asks: [line("%", "l\r")],
  },
  {
    name: "jfs-mkfs",
    program: "jfs_mkfs",
    apt: ["jfsutils"],
    setup: "dd if=/dev/zero of=j.img bs=1M count=20",
    run: "exec jfs_mkfs j.img",
    asks: [{ on: "Continue? (Y/N)", kind: "yes_no", send: "n\r" }],
  },
  {
    name: "s-nail",
    program: "s-nail",
    apt: ["s-nail"],
    run: "exec s-nail -n root@localhost",
    asks: [field("Subject:", "lunch\r")],
  },
  {
    name: "django",
    program: "django-admin",
    setup:
      "/tmp/demo-pip/bin/django-admin startproject dj . && /tmp/demo-pip/bin/python manage.py migrate -v0",
    run: "exec /tmp/demo-pip/bin/python manage.py createsuperuser",
    asks: [
      field("Username (leave blank to use 'root'):", "ada\r", { default: "root" }),
      field("Email address:", "ada@example.org\r"),
      secret("Password:", "ada\r"),
      secret("Password (again):", "ada\r"),
      {
        on: "Bypass password validation and create user anyway? [y/N]:",
        kind: "yes_no",
        default: "n",
        send: "y\r",
      },
    ],
  },
  {
    name: "pelican",
    program: "pelican-quickstart",
    version: "pelican --version",
    apt: ["pelican"],
    run: "exec pelican-quickstart",
    asks: [
      field("> Where do you want to create your new web site? [.]", "\r", { default: "." }),
      field("> What will be the title of this web site?", "My site\r"),
      field("> Who will be the author of this web site?", "Ada\r"),
      field("> What will be the default language of this web site? [", "en\r"),
      {
        on: "> Do you want to specify a URL prefix? e.g., https://example.com   (Y/n)",
        kind: "yes_no",
        default: "y",
        send: "n\r",
      },
      {
        on: "> Do you want to enable article pagination? (Y/n)",
        kind: "yes_no",
        default: "y",
        send: "n\r",
      },
      field("> What is your time zone? [", "Europe/Paris\r"),
      {
        on: "> Do you want to generate a tasks.py/Makefile to automate generation and publishing? (Y/n)",
        kind: "yes_no",
        default: "y",
        send: "n\r",
      },
    ],
  },
  {
    name: "busybox",
    program: "busybox",
    version: "busybox",
    apt: ["busybox"],
    setup: "echo 1 >a; echo 2 >b; mkdir d; seq 200 >s",
    run: "busybox rm -i a; busybox cp -i s b; busybox rm -ri d; busybox more s; exec busybox ash",
    asks: [
      { on: "rm: remove 'a'?", question: "remove 'a'?", kind: "yes_no", send: "n\r" },
      { on: "overwrite 'b'?", kind: "yes_no", send: "n\r" },
      {
        on: "rm: descend into directory 'd'?",
        question: "directory 'd'?",
        kind: "yes_no",
        send: "n\r",
      },
      { on: "--More--", kind: "pager", question: "", send: "q" },
      line("#", "exit\r"),
    ],
  },
];

export const toolsAndClients: readonly Scenario[] = [...certificates, ...clients, ...versions];
