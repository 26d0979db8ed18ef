/**
 * A scripted model that speaks OpenAI's chat completions, for tools that the rig's own model does not serve: takes the
 * rig's scenarios, maps their abstract tools onto those that the tool offers. Run: `bun chat-model.ts FILE PORT CWD`.
 */
import { readFileSync } from "node:fs";
import * as z from "zod";

const wanted = z.looseObject({
  type: z.string(),
  /** Of a tool that is called as it stands. */
  name: z.string().optional(),
  input: z.unknown().optional(),
});
const turn = z.looseObject({
  text: z.string().optional(),
  tools: z.array(wanted).optional(),
  delay_ms: z.number().optional(),
  chunk: z.number().optional(),
});
const scenario = z.looseObject({ turns: z.array(turn) });

const offered = z.looseObject({
  function: z.looseObject({
    name: z.string(),
    parameters: z
      .looseObject({ properties: z.record(z.string(), z.unknown()).optional() })
      .optional(),
  }),
});
const request = z.looseObject({
  model: z.string(),
  stream: z.boolean().optional(),
  tools: z.array(offered).optional(),
});
type Turn = z.infer<typeof turn>;
type Offered = z.infer<typeof offered>;

/** What tools are called that do what the scenario's abstract one does. */
const names: Readonly<Record<string, RegExp>> = {
  shell:
    /^(?:bash|shell|run_shell_command|execute_bash|execute_command|run_command|run_commands|run_terminal_command|exec|terminal)$/i,
  write: /^(?:write|write_file|create|create_file|write_to_file|write_files?)$/i,
  edit: /^(?:edit|edit_file|replace|str_replace|str_replace_editor|string_replace|replace_in_file)$/i,
  read: /^(?:read|read_file|view_file|view)$/i,
};
/** What their parameters are called. */
const parameters: Readonly<Record<string, RegExp>> = {
  command: /^(?:command|cmd|script)$/i,
  path: /^(?:file_?path|path|absolute_path|filename)$/i,
  content: /^(?:content|text|file_text)$/i,
  old: /^(?:old_?(?:str|string|text))$/i,
  new: /^(?:new_?(?:str|string|text))$/i,
  description: /^description$/i,
};

const [file = "", port = "8098", cwd = ""] = process.argv.slice(2);
const { turns } = scenario.parse(JSON.parse(readFileSync(file, "utf8").replaceAll("$CWD", cwd)));
let next = 0;

function callOf(one: z.infer<typeof wanted>, tools: readonly Offered[]) {
  const tool = tools.find(({ function: { name } }) => names[one.type]?.test(name) === true);
  if (tool === undefined) return { name: one.name ?? one.type, input: one.input ?? {} };
  const properties = Object.keys(tool.function.parameters?.properties ?? {});
  const entries = properties.flatMap((property) => {
    const found = Object.entries(parameters).find(([, pattern]) => pattern.test(property));
    const value = found === undefined ? undefined : one[found[0]];
    if (value === undefined) return property === "is_background" ? [[property, false]] : [];
    return [[property, value]];
  });
  return { name: tool.function.name, input: Object.fromEntries(entries) as object };
}

function messageOf(said: Turn, tools: readonly Offered[]) {
  const calls = (said.tools ?? []).map((one, index) => {
    const { name, input } = callOf(one, tools);
    const id = `call_${next}_${index}`;
    return { index, id, type: "function", function: { name, arguments: JSON.stringify(input) } };
  });
  return { text: said.text ?? "", calls };
}

const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 };

async function answer(body: z.infer<typeof request>): Promise<Response> {
  const tools = body.tools ?? [];
  const said = tools.length > 0 ? (turns[next++] ?? { text: "All done." }) : { text: "ok" };
  const { text, calls } = messageOf(said, tools);
  const reason = calls.length > 0 ? "tool_calls" : "stop";
  const head = { id: `chat-${next}`, created: 1_700_000_000, model: body.model };
  if (body.stream !== true) {
    const message = {
      role: "assistant",
      content: text,
      ...(calls.length > 0 ? { tool_calls: calls } : {}),
    };
    const choices = [{ index: 0, message, finish_reason: reason }];
    return Response.json({ ...head, object: "chat.completion", choices, usage });
  }
  const part = (delta: object, finish: string | null = null): string =>
    `data: ${JSON.stringify({ ...head, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason: finish }], usage: finish === null ? null : usage })}\n\n`;
  const parts = [part({ role: "assistant", content: "" })];
  const size = said.chunk ?? 24;
  for (let at = 0; at < text.length; at += size)
    parts.push(part({ content: text.slice(at, at + size) }));
  if (calls.length > 0) parts.push(part({ tool_calls: calls }));
  parts.push(part({}, reason), "data: [DONE]\n\n");
  const stream = new ReadableStream<Uint8Array>({
    async start(controller) {
      for (const one of parts) {
        controller.enqueue(new TextEncoder().encode(one));
        await Bun.sleep(said.delay_ms ?? 10);
      }
      controller.close();
    },
  });
  return new Response(stream, { headers: { "content-type": "text/event-stream" } });
}

Bun.serve({
  hostname: "127.0.0.1",
  port: Number(port),
  async fetch(received) {
    const { pathname } = new URL(received.url);
    if (received.method === "POST" && pathname.endsWith("/chat/completions")) {
      return await answer(request.parse(await received.json()));
    }
    if (pathname.endsWith("/models")) {
      return Response.json({ object: "list", data: [{ id: "scripted", object: "model" }] });
    }
    return new Response("not found", { status: 404 });
  },
});
