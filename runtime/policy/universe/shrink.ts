/** Makes an example as small as it can be while it still shows what it is to show. Pure. */
import { type Ask, plainAsk, sizeOf } from "./ask.ts";

/** A step tries each way of making it smaller; this many steps are enough for any text that policies are made of. */
const stepsMax = 200;

export function shrunk(ask: Ask, shows: (ask: Ask) => boolean): Ask {
  let best = ask;
  for (let step = 0; step < stepsMax; step += 1) {
    const smaller = smallerThan(best).find((one) => sizeOf(one) < sizeOf(best) && shows(one));
    if (smaller === undefined) return best;
    best = smaller;
  }
  return best;
}

function smallerThan(ask: Ask): Ask[] {
  const names = Object.keys(plainAsk) as (keyof Ask)[];
  const plainer = names.map((name) => ({ ...ask, [name]: plainAsk[name] }));
  const { subject, options } = ask;
  return [
    ...plainer,
    ...shorter(ask.question).map((question) => ({ ...ask, question })),
    ...shorter(ask.context).map((context) => ({ ...ask, context })),
    ...options.map((_, at) => ({ ...ask, options: options.toSpliced(at, 1) })),
    ...(subject === null
      ? []
      : (["command", "path", "host"] as const).flatMap((name) => [
          { ...ask, subject: { ...subject, [name]: null } },
          ...shorter(subject[name] ?? "").map((text) => {
            return { ...ask, subject: { ...subject, [name]: text } };
          }),
        ])),
  ];
}

/** Without one of its parts, then without one of its words. */
function shorter(text: string): string[] {
  const without = (parts: readonly string[], by: string): string[] =>
    parts.length < 2 ? [] : parts.map((_, at) => parts.toSpliced(at, 1).join(by));
  return [
    ...without(text.split(" && "), " && "),
    ...without(text.split("\n"), "\n"),
    ...without(text.split(" "), " "),
  ];
}
