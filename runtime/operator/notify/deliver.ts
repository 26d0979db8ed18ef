/** Brings one message to one target: tries again where that may help, with longer and longer waits, each drawn anew. */
import type { NotifyMessage, NotifyResult, NotifyTarget } from "../../../contracts/notify.ts";
import { limits } from "../../../contracts/limits.ts";
import type { Clock } from "../../clock.ts";
import type { Random } from "../../random.ts";
import { type Attempt, type Post, postOf } from "./formats.ts";
import type { Answer } from "./post.ts";

export type DeliverOptions = {
  clock: Clock;
  random: Random;
  sign: Attempt["sign"];
  post(post: Post): Promise<Answer>;
  triesMax: number;
  /** After each try: nobody may be there any more to hear of the last one. */
  tried(result: NotifyResult): void;
};

type Letter = { target: NotifyTarget; message: NotifyMessage; secret: string | null };

/** Ends when it was delivered, when trying again would not help, or after the last try. */
export async function deliver(
  { target, message, secret }: Letter,
  { clock, random, sign, post, triesMax, tried }: DeliverOptions,
): Promise<NotifyResult> {
  const id = `msg_${random.uuidv7()}`;
  for (let tries = 1; ; tries += 1) {
    const ready = postOf(target, message, { id, now: clock.now(), secret, sign });
    const answer = ready === null ? withoutSecret(target) : await post(ready);
    const { problem } = answer;
    const result = { at: clock.now(), delivered: problem === null, tries, ...answer };
    tried(result);
    const helps = problem === "unreachable" || problem === "timed-out" || problem === "failing";
    if (!helps || tries >= triesMax) return result;
    await new Promise<void>((resolve) => clock.after(waitMs(tries, random), resolve));
  }
}

function withoutSecret({ name }: NotifyTarget): Answer {
  const detail = `its secret is not there, or the keychain is locked; unlock it, or store it again: atlasbridge notify add ${name}`;
  return { status: null, problem: "no-secret", detail };
}

/** Full jitter. */
function waitMs(tries: number, random: Random): number {
  const most = Math.min(limits.notifyRetryFirstMs * 2 ** (tries - 1), limits.notifyRetryLastMs);
  const bytes = random.bytes(4);
  const drawn = new DataView(bytes.buffer, bytes.byteOffset, 4).getUint32(0) / 2 ** 32;
  return Math.round(drawn * most);
}
