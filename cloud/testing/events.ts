/** Server-sent events as a browser hears them, one after another, for tests. */
import { type Change, change } from "../../contracts/cloud-fleet.ts";

export type Heard = { id: string; change: Change };

export type Ear = {
  /** The next change; `ended` when the stream does, with what it said as an error. */
  next(): Promise<Heard | { ended: string }>;
  close(): Promise<void>;
};

export async function hear(
  service: { url: string },
  { lastEventId, ...who }: ({ token: string } | { cookie: string }) & { lastEventId?: string },
): Promise<Ear> {
  const aborted = new AbortController();
  const response = await fetch(`${service.url}/trpc/live.changes`, {
    headers: {
      ...("token" in who ? { authorization: `Bearer ${who.token}` } : who),
      accept: "text/event-stream",
      ...(lastEventId === undefined ? {} : { "last-event-id": lastEventId }),
    },
    signal: aborted.signal,
  });
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  let text = "";
  const block = async (): Promise<string | null> => {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end !== -1) {
        const one = text.slice(0, end);
        text = text.slice(end + 2);
        return one;
      }
      const more = await reader?.read().catch(() => null);
      if (more === null || more === undefined || more.done) return null;
      text += more.value;
    }
  };
  return {
    async next() {
      for (;;) {
        const said = await block();
        if (said === null) return { ended: text };
        const field = (name: string) => new RegExp(`^${name}: ?(.*)$`, "m").exec(said)?.[1] ?? null;
        if (field("event") === "serialized-error") return { ended: field("data") ?? "" };
        const [id, data] = [field("id"), field("data")];
        if (id !== null && data !== null) return { id, change: change.parse(JSON.parse(data)) };
      }
    },
    async close() {
      aborted.abort();
      await reader?.cancel().catch(() => {});
    },
  };
}
