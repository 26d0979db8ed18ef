/** A tool that floods its terminal right after an answer has taken it, and what it asks behind the flood is found. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { answersContinue, governed } from "./policies.ts";
import { seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

/** Faster than a screen takes it; drawn byte by byte, longer than a reply has to show its effect. */
const tool = `
  $| = 1; system("stty -opost");
  print "Continue? [y/n] "; my $first = <STDIN>;
  system("yes '' | head -c 60000000");
  print "\\r\\nContinue with the rest? [y/n] "; my $second = <STDIN>;
  open(my $out, ">", $ENV{ANSWERS}); print $out $first, $second;`;

test("prompts before and behind 60 MB of blank lines are answered", async () => {
  await using world = new World();
  const run = governed(world, answersContinue, ["perl", "-e", tool]);
  const seat = seatedRun(world, run, { ANSWERS: world.path("answers") });
  const code = await seat.ended;
  expect({ code, answers: world.read("answers") }).toEqual({ code: 0, answers: "y\ny\n" });
  const outcomes = world.of("prompt.closed").map(({ data }) => data.outcome);
  expect(outcomes).toEqual(["answered", "answered"]);
});
