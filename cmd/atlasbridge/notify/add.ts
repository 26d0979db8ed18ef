/** `notify add`: one more place where you are called, its secret taken from a prompt or a pipe into the keychain. */
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import {
  type NotifyAddView,
  type NotifyTarget,
  notifyTarget,
  secretAddress,
} from "../../../contracts/notify.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { newSigningSecret, signingSecretFault } from "../../../runtime/operator/notify/sign.ts";
import { needsSecret } from "../../../runtime/operator/notify/target-secrets.ts";
import { systemRandom } from "../../../runtime/random.ts";
import { assertByPerson } from "../by-person.ts";
import { type Cli, print } from "../cli.ts";
import { HiddenKeyboard } from "../secrets/hidden-keyboard.ts";
import { recordAct } from "../trace/append-own.ts";
import { visible } from "../visible.ts";
import { keepTargetSecret, whereOf, writeTargets, writtenTargets } from "./targets.ts";

export const targetTypes = ["webhook", "ntfy", "slack", "telegram"];

export type AddOptions = { stdin?: boolean; token?: boolean; server?: string };

type Given = AddOptions & { name: string; type: string; where: string | undefined };

/** Throws `usage` for what is no target or no secret, `keychain_unavailable`. Until the last step nothing is changed. */
export async function addTarget(cli: Cli, given: Given): Promise<number> {
  assertByPerson(cli);
  const target = targetOf(given);
  const before = writtenTargets(cli).filter(({ name }) => name !== target.name);
  if (before.length >= limits.notifyTargetsMax) {
    const message = `there are ${limits.notifyTargetsMax} targets already; remove one first: atlasbridge notify list`;
    throw new AtlasError("usage", message);
  }
  const { secret, made } = await secretFor(target, given);
  const kept = secret === null ? "none" : await keepTargetSecret(cli, target.name, secret);
  recordAct(cli, { action: "notify add" });
  writeTargets(cli, [...before, target]);
  const view: NotifyAddView = {
    format: outputFormat,
    target,
    kept,
    secret: made ? secret : null,
  };
  return print(cli, view, () => told(cli, view));
}

function told({ paths }: Cli, { target, kept, secret }: NotifyAddView): string {
  const file = `${paths.notifySecretsFile} (there is no keychain here)`;
  const lines = [
    `added ${target.name}: ${target.type}, ${whereOf(target)}`,
    ...(kept === "none"
      ? []
      : [`its secret is in ${kept === "file" ? file : "the system's keychain"}`]),
    ...(secret === null
      ? []
      : [
          "the receiver checks signatures by this secret, which is not shown again:",
          `  ${secret}`,
        ]),
    `try it: atlasbridge notify test ${target.name}`,
  ];
  return `${lines.join("\n")}\n`;
}

function targetOf(given: Given): NotifyTarget {
  const parsed = notifyTarget.safeParse({
    name: given.name,
    type: given.type,
    ...fieldsOf(given),
  });
  if (!parsed.success) throw new AtlasError("usage", fault(parsed.error.issues[0]));
  if (parsed.data.type === "ntfy" && new URL(parsed.data.url).pathname === "/") {
    throw new AtlasError("usage", "the address names no topic: https://ntfy.sh/TOPIC");
  }
  return parsed.data;
}

function fieldsOf({ name, type, where, token, server }: Given): Record<string, unknown> {
  if (type === "slack") {
    if (where === undefined) return {};
    const message =
      "the address of slack is a secret, and asked for; leave it out here, and replace it if it was real";
    throw new AtlasError("usage", message);
  }
  if (where === undefined) {
    const what = type === "telegram" ? "CHAT" : "https://…";
    const message = `say where to: atlasbridge notify add ${visible(name)} ${type} ${what}`;
    throw new AtlasError("usage", message);
  }
  if (type === "telegram") {
    return { chat: where, ...(server === undefined ? {} : { url: server }) };
  }
  return { url: where, ...(type === "ntfy" && token === true ? { token } : {}) };
}

function fault(issue: { path: PropertyKey[]; message: string } | undefined): string {
  const field = String(issue?.path.at(-1) ?? "");
  const what = { name: "the name", url: "the address", chat: "the chat" }[field] ?? "the target";
  return `${what}: ${issue?.message ?? "not allowed"}; see: atlasbridge notify add --help`;
}

type Secret = { secret: string | null /** Here, for the receiver to be told. */; made: boolean };

async function secretFor(target: NotifyTarget, { name, stdin }: Given): Promise<Secret> {
  if (!needsSecret(target)) return { secret: null, made: false };
  if (target.type === "webhook" && stdin !== true) {
    return { secret: newSigningSecret(systemRandom), made: true };
  }
  const what = asked[target.type];
  const secret = stdin === true ? (await Bun.stdin.text()).trim() : await typed(what, name);
  const wrong = faultOf(target, secret);
  if (wrong === null) return { secret, made: false };
  throw new AtlasError("usage", `this is not ${what}: ${wrong}; nothing was changed`);
}

const asked: Readonly<Record<NotifyTarget["type"], string>> = {
  webhook: "the signing secret",
  ntfy: "the access token",
  slack: "the address of the incoming webhook",
  telegram: "the bot's token",
};

/** As the end of a sentence; null when it can serve. */
function faultOf({ type }: NotifyTarget, secret: string): string | null {
  if (secret.length > limits.notifyUrlCharsMax) return "it is too long";
  switch (type) {
    case "webhook":
      return signingSecretFault(secret);
    case "slack":
      return secretAddress.safeParse(secret).success ? null : "it is no https:// address";
    case "telegram":
      return /^\d{1,20}:[\w-]{10,100}$/.test(secret)
        ? null
        : "one is a number, a colon and letters";
    case "ntfy":
      return /^[\w.-]{1,200}$/.test(secret) ? null : "one is of letters and digits";
  }
}

async function typed(what: string, name: string): Promise<string> {
  if (!process.stdin.isTTY) {
    const message = "there is no terminal to ask at; write the secret to a pipe and add --stdin";
    throw new AtlasError("usage", message);
  }
  const keyboard = new HiddenKeyboard();
  try {
    const bytes = await keyboard.ask(`${what[0]?.toUpperCase()}${what.slice(1)} for ${name}: `);
    if (bytes === null) throw new AtlasError("usage", "nothing was changed: you stopped");
    return new TextDecoder().decode(bytes).trim();
  } finally {
    keyboard.close();
  }
}
