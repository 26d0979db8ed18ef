/** A program that asks line prompts and tells how long it waited for each answer, by its own clock. */

/** From just before it writes its question to just after it has read the answer. `pauseSeconds`: before the first. */
export function askingScript(prompts: number, pauseSeconds = 0): string {
  return `sleep ${pauseSeconds}
for i in $(seq ${prompts}); do
  sleep 0.25
  s=$EPOCHREALTIME; read -r -p "Continue? [y/n] " a; e=$EPOCHREALTIME
  echo "waited=$(( \${e/./} - \${s/./} )) got=$a"
done
`;
}

/** Milliseconds of each prompt, in order. Throws when not every one was answered with y. */
export function waitsIn(output: string, prompts: number): number[] {
  const waited = [...output.matchAll(/waited=(\d+) got=y/g)].map((m) => Number(m[1]) / 1_000);
  if (waited.length === prompts) return waited;
  throw new Error(`${waited.length} of ${prompts} prompts were answered: ${output}`);
}
