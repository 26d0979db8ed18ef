/** Programs that listen for keys, with a question at the cursor: who works is left alone, who waits is answered. */
import { expect, setDefaultTimeout, test } from "bun:test";
import { answersEverything, governed } from "./policies.ts";
import { seatedRun } from "./start.ts";
import { World } from "./world.ts";

setDefaultTimeout(60_000);

const question = "Delete everything? [y/N] ";

/** Longer than any doubt lasts; the work ends by itself and tells whether a key came. */
const workMs = 2_500;

/** Node and Bun alike. `end()` is for the work to call. */
const script = (work: string): string => `
process.stdout.write(${JSON.stringify(question)});
let input = "";
process.stdin.on("data", (bytes) => { input += bytes; if (waits) end(); });
function end() { console.log("\\nended with", JSON.stringify(input)); process.exit(0); }
let waits = false;
${work}
`;
const raw = "process.stdin.setRawMode(true);";
const child = `require("node:child_process").spawn("sleep", ["${workMs / 1000}"], { stdio: "ignore" }).on("exit", end);`;

const scriptWorks: Record<string, string> = {
  "a timer": `setTimeout(end, ${workMs});`,
  "a timer, keys at once": `${raw} setTimeout(end, ${workMs});`,
  "many short timers": `const t = setInterval(() => {}, 50); setTimeout(end, ${workMs});`,
  "a child": child,
  "a child, keys at once": raw + child,
  "a connection": `
    const net = require("node:net");
    const server = net.createServer((s) => setTimeout(() => s.end("x"), ${workMs}));
    server.listen(0, "127.0.0.1", () => net.connect(server.address().port, "127.0.0.1").on("data", end));`,
  "a calculation in the background": `
    const { pbkdf2 } = require("node:crypto");
    const until = Date.now() + ${workMs};
    (function more() { Date.now() > until ? end() : pbkdf2("a", "b", 50000, 64, "sha512", more); })();`,
  "a calculation in steps": `
    const until = Date.now() + ${workMs};
    (function more() { Date.now() > until ? end() : setImmediate(more); })();`,
};
const scriptWaits: Record<string, string> = {
  lines: "waits = true;",
  keys: `waits = true; ${raw}`,
  "the question of readline": `
    process.stdin.removeAllListeners("data");
    require("node:readline").createInterface({ input: process.stdin, output: process.stdout })
      .question("", (answer) => { input = answer; end(); });
    process.stdout.write(${JSON.stringify(question)});`,
  "keys, with a timer that keeps nothing going": `waits = true; ${raw} setInterval(() => {}, 20000).unref();`,
};

const python = (body: string, first = question): string => `
import asyncio, os, select, socket, subprocess, sys, threading, time
print(${JSON.stringify(first)}, end="", flush=True)
def key(timeout):
    if select.select([0], [], [], timeout)[0]:
        return os.read(0, 100).decode()
    return ""
def end(said):
    print("\\nended with", '"' + said.strip() + '"', flush=True); os._exit(0)
${body}
`;
const pythonWorks: Record<string, string> = {
  "a child": `
p = subprocess.Popen(["sleep", "${workMs / 1000}"], stdin=subprocess.DEVNULL)
threading.Thread(target=lambda: (p.wait(), end("")), daemon=True).start()
end(key(None))`,
  "short looks between steps": `
for _ in range(${workMs / 50}):
    said = key(0.05)
    if said: end(said)
end("")`,
  "a thread that reads keys beside it": `
threading.Thread(target=lambda: end(os.read(0, 100).decode()), daemon=True).start()
time.sleep(${workMs / 1000})
end("")`,
  "a thread that reads keys beside a wait with a time-out": `
threading.Thread(target=lambda: end(os.read(0, 100).decode()), daemon=True).start()
threading.Event().wait(${workMs / 1000})
end("")`,
  "looks by the second between steps": `
said = key(1) or key(1) or key(1)
end(said)`,
  "asyncio with a timer": `
async def main():
    asyncio.get_running_loop().add_reader(0, lambda: end(key(0)))
    await asyncio.sleep(${workMs / 1000})
    end("")
asyncio.run(main())`,
  "a connection": `
server = socket.create_server(("127.0.0.1", 0))
if os.fork() == 0:
    peer = server.accept()[0]; time.sleep(${workMs / 1000}); peer.send(b"x"); os._exit(0)
peer = socket.create_connection(server.getsockname())
ready = select.select([0, peer], [], [])[0]
end(os.read(0, 100).decode() if 0 in ready else "")`,
};
/** Their first thread reads, and has asked nothing. */
const pythonListens: Record<string, string> = {
  "a thread that writes beside the first one, which reads": `
def log():
    print(${JSON.stringify(`\n${question}`)}, end="", flush=True)
    threading.Event().wait(${workMs / 1000}); end("")
threading.Timer(0.3, log).start()
end(os.read(0, 100).decode())`,
  "a child that writes beside it": `
if os.fork() == 0:
    print(${JSON.stringify(`\n${question}`)}, end="", flush=True)
    time.sleep(${workMs / 1000}); print("\\nended with", '""', flush=True); os.kill(os.getppid(), 9); os._exit(0)
end(os.read(0, 100).decode())`,
};
const pythonWaits: Record<string, string> = {
  select: "end(key(None))",
  "select with a time-out": "end(key(30))",
  "a thread that reads for it": `
heard = []
reads = threading.Thread(target=lambda: heard.append(os.read(0, 100).decode()))
reads.start(); reads.join(); end(heard[0])`,
  "the first thread, beside one that sleeps": `
threading.Thread(target=lambda: time.sleep(60), daemon=True).start()
end(os.read(0, 100).decode())`,
  asyncio: `
async def main():
    asyncio.get_running_loop().add_reader(0, lambda: end(key(0)))
    await asyncio.get_running_loop().create_future()
asyncio.run(main())`,
};

type Runtime = {
  name: string;
  argv: readonly string[];
  write: (body: string) => string;
  works: Record<string, string>;
  waits: Record<string, string>;
};
const runtimes: readonly Runtime[] = [
  { name: "node", argv: ["node"], write: script, works: scriptWorks, waits: scriptWaits },
  { name: "bun", argv: [process.execPath], write: script, works: scriptWorks, waits: scriptWaits },
  { name: "python3", argv: ["python3"], write: python, works: pythonWorks, waits: pythonWaits },
  {
    name: "python3, with nothing asked,",
    argv: ["python3"],
    write: (body) => python(body, "listening\n"),
    works: pythonListens,
    waits: {},
  },
];

async function govern({ argv, write }: Runtime, body: string): Promise<[string, World]> {
  const world = new World();
  const file = world.write(argv[0] === "python3" ? "tool.py" : "tool.cjs", write(body));
  const seat = seatedRun(world, governed(world, answersEverything, [...argv, file]));
  await seat.ended;
  const said = /ended with (".*")/.exec(seat.shown())?.[1];
  const why = world.of("prompt.escalated").map(({ data }) => data.reason);
  return [said ?? `nothing: ${seat.shown()} ${world.story()} ${why.join("; ")}`, world];
}

for (const runtime of runtimes) {
  const there = Bun.which(runtime.argv[0] ?? "") !== null;
  for (const [what, body] of Object.entries(runtime.works)) {
    // Skipped where that runtime is not installed.
    test.concurrent.skipIf(!there)(
      `${runtime.name} at work, with ${what}, is left alone`,
      async () => {
        const [said, world] = await govern(runtime, body);
        await using _ = world;
        expect(said).toBe('""');
        expect(world.of("reply.injected")).toEqual([]);
      },
    );
  }
  for (const [what, body] of Object.entries(runtime.waits)) {
    // Skipped where that runtime is not installed.
    test.concurrent.skipIf(!there)(
      `${runtime.name} that waits for ${what} is answered`,
      async () => {
        const [said, world] = await govern(runtime, body);
        await using _ = world;
        expect(said).toMatch(/^"y(?:\\r|\\n)*"$/);
        // One that was withdrawn before its keystroke is asked again: recorded twice, typed once.
        const typed = world.of("prompt.closed").filter(({ data }) => data.typed !== false);
        expect(typed.map(({ data }) => data.outcome)).toEqual(["answered"]);
      },
    );
  }
}

const switchedOff: Record<string, { flags: string[]; env: Record<string, string> }> = {
  "an option": { flags: ["--kernel-evidence", "off"], env: {} },
  "the environment": { flags: [], env: { ATLASBRIDGE_KERNEL_EVIDENCE: "off" } },
};
for (const [how, { flags, env }] of Object.entries(switchedOff)) {
  test.concurrent(`with the kernel's evidence off by ${how}, line input is left to a person`, async () => {
    await using world = new World();
    const argv = ["bash", "-c", `read -r -p ${JSON.stringify(question)} x; echo "got=<$x>"`];
    const [run = "run", ...rest] = governed(world, answersEverything, argv);
    const seat = seatedRun(world, [run, ...flags, ...rest], env);
    const [called] = await world.recorded("prompt.escalated");
    expect(called).toBeDefined();
    expect(world.of("prompt.detected")[0]?.data.evidence).toContain("kernel:unseen");
    seat.type("n\r");
    await seat.sees("got=<n>");
    expect(await seat.ended).toBe(0);
    expect(world.of("reply.injected").map(({ data }) => data.by)).not.toContain("policy");
  });
}

test.concurrent("who waits from another session is found, and left to a person", async () => {
  await using world = new World();
  const tool = world.write(
    "tool.py",
    `
import os, select, sys, time
print("Passphrase hint: ", end="", flush=True)
r, w = os.pipe()
if os.fork() == 0:
    os.setsid()
    select.select([0], [], [])
    os.write(w, os.read(0, 100)); os._exit(0)
print("\\ngot", os.read(r, 100).strip().decode(), flush=True)
`,
  );
  const seat = seatedRun(world, governed(world, answersEverything, ["python3", tool]));
  await world.recorded("prompt.escalated");
  expect(world.of("prompt.detected")[0]?.data.evidence).toContain("kernel:outside");
  seat.type("me\r");
  await seat.sees("got me");
  await seat.ended;
});
