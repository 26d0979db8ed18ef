/** On a raw terminal a key may act at once or be the start of a line: both get what they want, and not an Enter more. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { answersContinue, governed } from "./policies.ts";
import { piped } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(40_000);

/** Reads a key by read(2) from the raw terminal; what it prints is one byte, Enter is nothing. */
const key = "k=$(dd bs=1 count=1 2>/dev/null)";
const leftOver = `stty -icanon -echo min 0 time 4; left=$(dd bs=9 count=1 2>/dev/null | od -An -tx1)`;

const tools: Readonly<Record<string, string>> = {
  "acts on the key, shown at its end": `${key}; printf '%s\\r\\n' "$k"`,
  "acts on the key, after a moment of work": `${key}; sleep 0.8; printf '%s\\r\\n' "$k"`,
  "edits a line and shows the key": `l=; while :; do ${key}; [ -n "$k" ] || break; l=$l$k; printf '%s' "$k"; done; echo; k=line:$l`,
  "collects a line and shows nothing": `l=; while :; do ${key}; [ -n "$k" ] || break; l=$l$k; done; echo; k=line:$l`,
};

for (const [name, reads] of Object.entries(tools)) {
  test(`a tool that ${name}`, async () => {
    await using world = new World();
    const script = `stty -icanon -echo; printf 'Continue? [y/n] '; ${reads}; ${leftOver}; echo "got=$k left=$left"`;
    const run = governed(world, answersContinue, ["bash", "-c", script]);
    const { stdout } = await piped(world, run);
    const wanted = reads.includes("line:") ? "line:y" : "y";
    expect(stdout).toContain(`got=${wanted} left=\r\n`);
    expect(world.of("prompt.closed")[0]?.data.outcome).toBe("answered");
    expect(world.of("reply.injected")).toHaveLength(1);
  });
}
