/** What a tool says of itself out of band, read from its title and from `OSC 7501`. Pure. */
import type { Snapshot } from "../../screen/snapshot.ts";
import type { Announcement } from "../detected.ts";
import { tools } from "./tools.ts";

/** States of `OSC 7501`; `clear` withdraws what was said. */
const states: ReadonlyMap<string, Announcement["state"]> = new Map([
  ["working", "working"],
  ["blocked", "blocked"],
  ["done", "idle"],
  ["idle", "idle"],
]);

/** `OSC 7501` says more than a title does, so it goes first. Null where nothing, or nothing known, is said. */
export function announcementOf({ announced, title }: Snapshot): Announcement | null {
  return (announced === undefined ? null : bySequence(announced)) ?? byTitle(title);
}

/** `state=blocked:app=claude-code:kind=permission:msg=<base64>`. */
function bySequence(text: string): Announcement | null {
  const fields = new Map(
    text.split(":").map((field) => {
      const at = field.indexOf("=");
      return [field.slice(0, Math.max(0, at)).trim(), field.slice(at + 1).trim()] as const;
    }),
  );
  const state = states.get(fields.get("state") ?? "");
  if (state === undefined) return null;
  const message = fields.get("msg");
  return {
    state,
    by: "osc7501",
    app: fields.get("app") ?? null,
    message: message === undefined ? null : decoded(message),
  };
}

function byTitle(title: string): Announcement | null {
  const trimmed = title.trim();
  for (const { tool, titles } of tools) {
    const found = titles.find(({ pattern }) => pattern.test(trimmed));
    if (found !== undefined) return { state: found.state, by: "title", app: tool, message: null };
  }
  return null;
}

/** Base64 of UTF-8 text; null when it is neither. */
function decoded(base64: string): string | null {
  if (!/^[A-Za-z0-9+/_-]*={0,2}$/.test(base64)) return null;
  try {
    const bytes = Uint8Array.from(atob(base64.replaceAll("-", "+").replaceAll("_", "/")), (c) =>
      c.charCodeAt(0),
    );
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    // Not what it claims to be: said by whoever printed it, and worth nothing.
    return null;
  }
}
