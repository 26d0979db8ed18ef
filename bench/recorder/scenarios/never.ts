/** Programs at work that ask nothing, however much their text, their silence or their waiting look like it. */
import type { Scenario } from "../scenario.ts";

/** Its name, what it does, why nobody asks there, and what else is to be said. */
type Row = [name: string, does: string, why: string, more?: Partial<Scenario>];

/** A bash script at work. */
function script(...[name, lines, why, more = {}]: Row): Scenario {
  return {
    name: `never-${name}`,
    program: "bash",
    version: "bash --version",
    run: `exec bash -c '${lines}'`,
    never: why,
    ...more,
  };
}
/** Another program at work. */
function work(...[program, run, why, more = {}]: Row): Scenario {
  return { name: `never-${program}`, program, run, never: why, forMs: 4_000, ...more };
}
/** A Node program with a key listener, at work. */
function listening(...[name, code, why, more = {}]: Row): Scenario {
  const listen =
    'process.stdin.setRawMode(true);process.stdin.resume();process.stdin.on("data",d=>{if(d[0]===3)process.exit()});';
  return {
    name: `never-node-${name}`,
    program: "node",
    version: "node --version",
    run: `exec node -e '${listen}${code}'`,
    never: why,
    forMs: 3_500,
    ...more,
  };
}

export const never: readonly Scenario[] = [
  script(
    "question-sleep",
    'printf "Delete everything? [y/N] "; sleep 3; echo no',
    "a question, then a sleep: it answers itself",
  ),
  script(
    "question-work",
    'printf "Continue? (yes/no) "; for i in 1 2 3 4; do sha256sum /bin/bash >/dev/null; sleep 0.6; done; echo',
    "a question, then work",
  ),
  script(
    "press-enter-sleep",
    'echo "Press ENTER to continue"; sleep 3',
    "words of a pause before a sleep",
  ),
  script(
    "password-sleep",
    'printf "Password: "; sleep 3; echo',
    "the word of a password prompt, with echo on, before a sleep",
  ),
  script(
    "piped-answer",
    'yes | (read -p "Overwrite? [y/n] " a; sleep 2; echo $a)',
    "the answer comes through a pipe",
  ),
  script(
    "file-answer",
    'printf "y\\ny\\n" >in; exec <in; read -p "Really? [y/N] " a; sleep 2.5',
    "the answer comes from a file",
  ),
  script(
    "timed-read",
    'read -t 2 -p "Continuing in 2 seconds, or press a key... " a; sleep 1',
    "a read with a time-out that goes on by itself",
    { forMs: 700 },
  ),
  script(
    "countdown",
    'for i in 3 2 1; do printf "\\rRestart in %s s? (Ctrl-C to abort) " $i; sleep 1; done',
    "a countdown that reads like a question",
  ),
  script(
    "spinner",
    'for i in $(seq 30); do for c in "|" / - "\\\\"; do printf "\\r%s Installing packages..." "$c"; sleep 0.03; done; done',
    "a spinner",
  ),
  script(
    "progress",
    'for i in $(seq 0 4 100); do printf "\\rDownload %3d%% [%-25s] Continue?" $i "$(printf %${i}s | head -c $((i/4)) | tr " " "=")"; sleep 0.1; done',
    "a progress line that ends in a question mark",
  ),
  script(
    "log",
    'for i in $(seq 12); do echo "[$(date +%T)] WARN retry? attempt $i of 12: connection refused (continue? y/n)"; sleep 0.25; done',
    "a log with questions in it",
  ),
  script(
    "menu-text",
    'printf "1) Install\\n2) Remove\\n3) Quit\\nChoose an option: "; sleep 3',
    "a menu that is only printed",
  ),
  script(
    "shell-text",
    'printf "user@host:~$ "; sleep 3',
    "the text of a shell prompt before a sleep",
  ),
  script(
    "wait-child",
    'sleep 3 & printf "Waiting for the job. Abort? [y/N] "; wait',
    "waits for a child, not for a person",
  ),
  script(
    "cat-imitation",
    'printf "Do you want to proceed?\\n\\342\\235\\257 1. Yes\\n  2. No\\n\\nEsc to cancel\\n" >f; cat f; sleep 3',
    "a file shown that imitates a dialog",
  ),
  script("find-list", "find /usr/share/doc -maxdepth 1 | head -400; sleep 1", "a long listing"),
  script(
    "fifo",
    'mkfifo p; printf "Proceed? [Y/n] "; (sleep 3; echo y >p) & read a <p',
    "the answer comes through a named pipe",
  ),
  script(
    "here-string",
    'read -p "Name: " a <<<"Ada"; sleep 2.5',
    "the answer is written in the script",
  ),
  script(
    "select-piped",
    'echo 2 | bash -c "select a in x y; do break; done"; sleep 2',
    "a menu answered by a pipe",
  ),
  script(
    "tee-log",
    'for i in $(seq 8); do echo "step $i: are you sure? yes" | tee -a l; sleep 0.3; done',
    "questions that answer themselves",
  ),
  script(
    "git-log",
    'git init -q . && git -c user.name=a -c user.email=a@example.org commit -q --allow-empty -m "Continue? [y/N]" && git --no-pager log && sleep 2',
    "a question in a commit message",
  ),
  script(
    "ansi-form",
    'printf "\\033[2J\\033[3;5HName: ____\\033[5;5H[ OK ]  [ Cancel ]"; sleep 3',
    "a form that is only painted",
  ),
  script(
    "dialog-painted",
    'printf "\\033[2J\\033[H+------------------+\\n| Delete the file? |\\n|  < Yes >  < No > |\\n+------------------+"; sleep 3',
    "a dialog that is only painted",
  ),
  script(
    "trap-wait",
    'printf "Type yes to confirm: "; while [ $SECONDS -lt 3 ]; do sleep 0.2; done',
    "the words of a confirmation over a busy loop",
  ),
  script(
    "stty-wait",
    'stty -echo; printf "Passphrase: "; sleep 2.5; stty echo',
    "no echo and the word of a secret, but nobody reads",
  ),
  script(
    "raw-sleep",
    'stty raw -echo; printf "Press any key to continue"; sleep 2.5; stty sane',
    "raw mode and the words of a pause, but nobody reads",
  ),
  work("ping", "exec ping -c 20 -i 0.2 127.0.0.1", "a line every moment", {
    apt: ["iputils-ping"],
  }),
  work("watch", "exec watch -n 1 -t date +%S", "repaints each second", { apt: ["procps"] }),
  work("top", "exec top -d 1", "waits for keys with a time-out while it shows", {
    apt: ["procps"],
  }),
  work("htop", "exec htop -d 5", "waits for keys with a time-out while it shows", {
    apt: ["htop"],
  }),
  work("vmstat", "exec vmstat 1 5", "a line each second", { apt: ["procps"] }),
  work("cmatrix", "exec cmatrix -s -u 9", "an animation that listens for keys", {
    apt: ["cmatrix"],
    forMs: 400,
  }),
  work("worms", "exec worms -d 60", "an animation", { apt: ["bsdgames"], forMs: 1_500 }),
  work("rain", "exec rain -d 100", "an animation", { apt: ["bsdgames"], forMs: 2_000 }),
  work("pv", "exec pv -L 300k -s 2M /dev/zero -S >/dev/null", "a progress bar", { apt: ["pv"] }),
  work("gzip", "head -c 60M /dev/urandom | gzip >x; echo done", "silent work"),
  work("openssl", "exec openssl speed -seconds 1 sha256", "prints, then computes in silence", {
    apt: ["openssl"],
  }),
  work("make", "exec make -s", "a build that prints questions", {
    setup: `printf 'all:\\n\\t@for i in 1 2 3 4 5; do echo "CC file$$i.c  (overwrite? y)"; sleep 0.4; done\\n' >Makefile`,
    apt: ["make"],
  }),
  work("tar", "tar -cvf t.tar /usr/share/doc/b* | head -80", "a list of files"),
  work("dpkg", "dpkg -l | head -150", "a long list without a pager", {
    env: { DPKG_PAGER: "cat", PAGER: "cat" },
  }),
  work("apt-cache", "exec apt-cache search editor", "a long list"),
  work("ls", "ls -lR --color=always /usr/lib/python3 | head -150", "a long list in colours"),
  work(
    "tail",
    '(for i in 1 2 3 4 5 6; do echo "line $i, continue? [y/n]"; sleep 0.4; done >>f) & touch f; exec tail -f f',
    "follows a file with questions in it",
  ),
  work("sleep", "exec sleep 2.5", "nothing at all"),
  work(
    "python",
    `exec python3 -c 'import time,sys; print("Save changes? [Y/n]: ",end="",flush=True); time.sleep(2.5)'`,
    "a question, then a sleep",
  ),
  work(
    "python-tests",
    `exec python3 -c 'import time
for i in range(12):
    print("test_delete_all (are you sure?) ... ", end="", flush=True); time.sleep(0.25); print("ok")'`,
    "test names that read like questions",
  ),
  work(
    "perl",
    `exec perl -e '$|=1; print "Enter your name: "; sleep 2; print "\\n"'`,
    "a question, then a sleep",
  ),
  work("nc", "exec nc -l 127.0.0.1 43219 </dev/null", "waits for the network", {
    apt: ["netcat-openbsd"],
    forMs: 2_000,
  }),
  work(
    "flock",
    `exec sh -c '(flock 9; sleep 2.5) 9>l & sleep 0.2; printf "Waiting for the lock. Break it? [y/N] "; exec 9>l; flock 9'`,
    "waits for a lock",
  ),
  work(
    "expect",
    `exec expect -c 'spawn -noecho bash -c {read -p "Really? [y/N] " a; sleep 2}; expect "N] "; sleep 1; send "n\\r"; expect eof'`,
    "another program answers",
    { apt: ["expect"] },
  ),
  work(
    "script",
    `exec script -qc 'printf "Overwrite? [y/N] "; sleep 2.5' /dev/null`,
    "a relay listens while the program sleeps",
    { apt: ["bsdutils"] },
  ),
  work(
    "tmux",
    `exec tmux -L atlasdemo -f /dev/null new-session 'printf "Overwrite? [y/N] "; sleep 3'`,
    "a relay listens while the program sleeps",
    { apt: ["tmux"] },
  ),
  work(
    "less-follow",
    '(for i in 1 2 3 4 5; do echo "line $i? [y/n]"; sleep 0.4; done >>f) & touch f; sleep 0.1; exec less +F f',
    "a pager that follows a file",
    { apt: ["less"] },
  ),
  listening(
    "work",
    "let i=0;setInterval(()=>process.stdout.write(`\\rBuilding module ${++i}... overwrite? [y/N] `),120);",
    "a key listener at work, repainting a question",
  ),
  listening(
    "silent-work",
    'process.stdout.write("Compile now? (Y/n) ");require("child_process").spawn("sleep",["3"]).on("exit",()=>process.exit());',
    "a key listener while a child works",
  ),
  listening(
    "timer",
    'process.stdout.write("Update available. Install? [y/N] ");setTimeout(()=>process.exit(),3000);',
    "a key listener before a timer ends it",
  ),
  listening(
    "server",
    'require("http").createServer().listen(43218,()=>process.stdout.write("Listening. Press h for help, q to quit? "));',
    "a server with shortcuts: it does not wait for an answer",
  ),
  listening(
    "watch",
    'require("fs").watch(".",()=>{});console.log("Watching for changes.\\n\\nPress a to run all, q to quit");',
    "a watch mode with shortcuts",
  ),
  listening(
    "spinner",
    'let i=0;setInterval(()=>process.stdout.write("\\r"+"|/-"[i++%3]+" Thinking about it. Continue? "),80);',
    "a key listener and a spinner",
  ),
  listening(
    "stream",
    'const t="Do you want to proceed?\\r\\n\\u276f 1. Yes\\r\\n  2. No\\r\\n".split("");setInterval(()=>t.length&&process.stdout.write(t.shift()),40);',
    "text that streams and imitates a dialog",
  ),
];
