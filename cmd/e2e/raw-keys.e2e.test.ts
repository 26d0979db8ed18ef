/** On a raw terminal a key may act at once or be the start of a line: both get what they want, and not an Enter more. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { answersContinue, governed } from "./policies.ts";
import { piped, seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

/** Reads keys by read(2) from the raw terminal, then tells what is left on it after a while. */
const tool = (reads: string): string => `
  $| = 1; system("stty -icanon -echo min 1 time 0"); my ($k, $l) = ("", "");
  print "Continue? [y/n] "; ${reads}
  system("stty min 0 time 5"); my $left = ""; sysread(STDIN, $left, 9);
  print "\\ngot=$l left=", unpack("H*", $left), "\\n";`;

const tools: Readonly<Record<string, string>> = {
  "acts on the key, and shows it then": `sysread(STDIN, $l, 1); print "$l\\n";`,
  "acts on the key, after a moment of work": `sysread(STDIN, $l, 1); select(undef, undef, undef, 0.8);`,
  "edits a line and shows the key": `while (sysread(STDIN, $k, 1) && $k ne "\\n") { $l .= $k; print $k; }`,
  "collects a line and shows nothing": `while (sysread(STDIN, $k, 1) && $k ne "\\n") { $l .= $k; }`,
};

for (const [name, reads] of Object.entries(tools)) {
  test(`a tool that ${name}`, async () => {
    await using world = new World();
    const run = governed(world, answersContinue, ["perl", "-e", tool(reads)]);
    const { stdout } = await piped(world, run);
    expect(stdout).toContain("got=y left=\r\n");
    expect(world.of("prompt.closed")[0]?.data.outcome).toBe("answered");
    expect(world.of("reply.injected")).toHaveLength(1);
  });
}

/** Who reads next on the same row; nothing is written in between. What it gets is told to a file. */
const successors: Readonly<Record<string, string>> = {
  "another program": `exec("perl", "-e", 'alarm 4; sysread(STDIN, my $k, 9); open(my $o, ">", $ENV{GOT}); print $o unpack("H*", $k)');`,
  "a child of its own, for a moment": `
    if (fork() == 0) { alarm 3; sysread(STDIN, $k, 9); open(my $o, ">", $ENV{GOT}); print $o unpack("H*", $k); exit }
    wait();`,
  "itself, in line mode": `system("stty icanon"); alarm 4; $k = <STDIN>; open(my $o, ">", $ENV{GOT}); print $o unpack("H*", $k);`,
  "itself, after a moment of work": `
    select(undef, undef, undef, 0.2); alarm 4; sysread(STDIN, $k, 9);
    open(my $o, ">", $ENV{GOT}); print $o unpack("H*", $k);`,
};

for (const [name, reads] of Object.entries(successors)) {
  test(`no Enter follows a key that was taken, where the next to read is ${name}`, async () => {
    await using world = new World();
    const script = `$| = 1; system("stty -icanon -echo min 1 time 0"); my $k = "";
      print "Continue? [y/n] "; sysread(STDIN, $k, 1); ${reads}`;
    const run = governed(world, answersContinue, ["perl", "-e", script]);
    const seat = seatedRun(world, run, { GOT: world.path("got") });
    await world.recorded("prompt.closed");
    seat.kill("SIGKILL");
    expect(world.read("got")).toBe("");
    expect(world.of("prompt.closed")[0]?.data.outcome).toBe("no_effect");
  });
}
