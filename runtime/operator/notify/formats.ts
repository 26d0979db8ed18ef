/** A message as each kind of target takes it: an address, headers and a body. Pure: who calls gives time and signature. */
import type { NotifyMessage, NotifyTarget } from "../../../contracts/notify.ts";
import { type Moment, momentToIso } from "../../../contracts/moment.ts";
import { wordsOf } from "./words.ts";

export type Post = { url: string; headers: Record<string, string>; body: string };

export type Attempt = {
  /** The same for every try of one message at one target. */
  id: string;
  /** Of this try. */
  now: Moment;
  /** Of the target; null where there is none. */
  secret: string | null;
  /** Standard Webhooks 1.0, "Signature scheme": the header's value. Throws for what is no secret. */
  sign(secret: string, signed: { id: string; now: Moment; body: string }): string;
};

/** Null where the target cannot be reached without the secret that is missing. */
export function postOf(
  target: NotifyTarget,
  message: NotifyMessage,
  attempt: Attempt,
): Post | null {
  const { secret } = attempt;
  switch (target.type) {
    case "webhook":
      return secret === null ? null : webhook(target.url, message, { ...attempt, secret });
    case "ntfy":
      return ntfy(target.url, message, secret);
    case "slack":
      return secret === null ? null : posted(secret, { text: slackText(message) });
    case "telegram":
      if (secret === null) return null;
      return posted(new URL(`/bot${secret}/sendMessage`, target.url ?? telegramUrl).href, {
        chat_id: target.chat,
        text: plainText(message),
        disable_notification: false,
      });
  }
}

const telegramUrl = "https://api.telegram.org";

function posted(url: string, body: unknown, headers: Record<string, string> = {}): Post {
  return {
    url,
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  };
}

type Signing = Attempt & { secret: string };

/** Standard Webhooks 1.0: `type`, `timestamp` and `data`, signed together with an id and the time of this try. */
function webhook(url: string, message: NotifyMessage, { id, now, secret, sign }: Signing): Post {
  const { type, at, ...data } = message;
  const post = posted(url, { type, timestamp: momentToIso(at), data: withoutContent(data) });
  return {
    ...post,
    headers: {
      ...post.headers,
      "webhook-id": id,
      "webhook-timestamp": String(Math.floor(now / 1_000)),
      "webhook-signature": sign(secret, { id, now, body: post.body }),
    },
  };
}

type Data = Omit<NotifyMessage, "type" | "at">;

/** What is not told is not there, rather than empty: a receiver need not wonder. */
function withoutContent({ label, question, options, ...metadata }: Data) {
  return {
    ...metadata,
    ...(label === null ? {} : { label }),
    ...(question === null ? {} : { question, options }),
  };
}

/** https://docs.ntfy.sh/publish/#publish-as-json: to the server, with the topic's name in it. */
function ntfy(url: string, message: NotifyMessage, token: string | null): Post {
  const { title, body } = wordsOf(message);
  const topic = new URL(url);
  const path = topic.pathname.split("/").filter((step) => step !== "");
  const name = decodeURIComponent(path.pop() ?? "");
  const priority = { first: 3, again: 4, long: 5 }[message.urgency];
  return posted(
    `${topic.origin}/${path.join("/")}`,
    { topic: name, title, message: body, priority, tags: ["robot"] },
    token === null ? {} : { authorization: `Bearer ${token}` },
  );
}

/** https://api.slack.com/reference/surfaces/formatting#escaping: and nothing in it calls a channel. */
function slackText(message: NotifyMessage): string {
  const { title, body } = wordsOf(message);
  const escaped = (text: string): string =>
    text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  const loud = message.urgency === "first" ? "" : ":rotating_light: ";
  return `${loud}*${escaped(title)}*\n${escaped(body)}`;
}

function plainText(message: NotifyMessage): string {
  const { title, body } = wordsOf(message);
  return `${message.urgency === "first" ? "" : "❗ "}${title}\n${body}`;
}
