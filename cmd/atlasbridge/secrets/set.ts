/** `secrets set`: takes a secret from the person or a pipe into the keychain, and nowhere else. */
import { AtlasError } from "../../../contracts/errors.ts";
import { secretFault } from "../../../contracts/secret.ts";
import { outputFormat } from "../../../contracts/version.ts";
import { type Cli, print } from "../cli.ts";
import { recordAct } from "../trace/append-own.ts";
import { assertDone, checkedName, keychainOf } from "./keychain.ts";
import { HiddenKeyboard } from "./hidden-keyboard.ts";

/** Throws `usage` for what is no name or cannot be typed, or `keychain_unavailable`. */
export async function setSecret(
  cli: Cli,
  given: string,
  { stdin }: { stdin?: boolean },
): Promise<number> {
  const name = checkedName(given);
  const secret = stdin === true ? await readPipe() : await askTwice(name);
  const fault = secretFault(secret) ?? encodingFault(secret);
  if (fault !== null) {
    throw new AtlasError("usage", `this secret could not be typed at a prompt: ${fault}`);
  }
  assertDone(await keychainOf(cli).write(name, secret));
  recordAct(cli, { action: "secrets set", content: { secret: name } });
  return print(cli, { format: outputFormat, name }, () => {
    const rule = `action: { type: auto_reply, secret: ${name} }`;
    return `stored ${name} in the keychain; a rule types it with ${rule}\n`;
  });
}

function encodingFault(secret: Uint8Array): string | null {
  try {
    new TextDecoder("utf-8", { fatal: true }).decode(secret);
    return null;
  } catch {
    return "it is not UTF-8 text";
  }
}

/** All of it but the line break at its end. */
async function readPipe(): Promise<Uint8Array> {
  if (process.stdin.isTTY) {
    const message = "--stdin reads from a pipe or a file; leave it out to be asked without echo";
    throw new AtlasError("usage", message);
  }
  const all = await Bun.stdin.bytes();
  const end = all.at(-1) === lineFeed ? (all.at(-2) === carriageReturn ? -2 : -1) : all.length;
  return all.subarray(0, end);
}

const lineFeed = 0x0a;
const carriageReturn = 0x0d;

async function askTwice(name: string): Promise<Uint8Array> {
  if (!process.stdin.isTTY) {
    const message = "there is no terminal to ask at; write the secret to a pipe and add --stdin";
    throw new AtlasError("usage", message);
  }
  const keyboard = new HiddenKeyboard();
  try {
    const first = await keyboard.ask(`Secret for ${name}: `);
    const second = await keyboard.ask("Once more: ");
    if (first !== null && second !== null && Buffer.compare(first, second) === 0) return first;
    const why = first === null || second === null ? "you stopped" : "the two were not the same";
    throw new AtlasError("usage", `nothing was stored: ${why}`);
  } finally {
    keyboard.close();
  }
}
