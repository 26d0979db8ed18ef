/** The session's terminal again, in step with its prompts: the player stands at a prompt, and a prompt moves the player. */
import type { Player } from "asciinema-player";
import { createEffect, createSignal, onCleanup, onMount, Show } from "solid-js";
import type { DashboardSession } from "../../../contracts/dashboard.ts";
import { fetchCast } from "../../api.ts";
import { Failed, Loading } from "../../parts/states.tsx";
import { markOfPrompt, withoutTurns } from "./model.ts";
import "asciinema-player/dist/bundle/asciinema-player.css";

export type Seat = {
  /** To the prompt of this number, from 1. */
  seek(prompt: number): void;
};

type Props = {
  session: DashboardSession;
  ready(seat: Seat): void;
  /** The replay has come to this prompt. */
  passed(prompt: number): void;
};

/** No pause lasts longer, in seconds of the recording. */
const idleSecondsMax = 2;

export function Replay(props: Props) {
  let place: HTMLDivElement | undefined;
  const [error, setError] = createSignal<unknown>(null);
  const [isThere, setThere] = createSignal(false);
  let player: Player | null = null;
  let state: "wanted" | "gone" = "wanted";
  onCleanup(() => {
    state = "gone";
    player?.dispose();
  });
  onMount(() => {
    void open(props.session.session.session_id).catch(setError);
  });

  async function open(id: string): Promise<void> {
    // The player brings an emulator along: only who looks at a replay loads it.
    const [{ create }, cast] = await Promise.all([import("asciinema-player"), fetchCast(id)]);
    if (state === "gone" || place === undefined) return;
    const marks = markOfPrompt(cast);
    const numbers = new Map([...marks].map(([number, mark]) => [mark, number]));
    player = create({ data: withoutTurns(cast) }, place, {
      fit: "width",
      idleTimeLimit: idleSecondsMax,
      pauseOnMarkers: true,
      preload: true,
      poster: "npt:0:0.1",
      terminalFontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
    });
    player.addEventListener("marker", ({ index }) => props.passed(numbers.get(index) ?? 0));
    setThere(true);
    props.ready({
      seek: (number) => {
        const mark = marks.get(number);
        if (mark === undefined) return;
        props.passed(number);
        void player?.seek({ marker: mark });
      },
    });
  }

  createEffect(() => isThere() && labelControls(place));
  return (
    <section class="replay stack" aria-labelledby="replay">
      <h2 id="replay">Replay</h2>
      <div class="card player" ref={(element) => (place = element)} />
      <Show when={error() !== null}>
        <Failed error={error()} />
      </Show>
      <Show when={!isThere() && error() === null}>
        <Loading what="the recording" lines={6} />
      </Show>
      <p class="small soft">
        It stands still at each prompt; space goes on. Choose a prompt to go there. Secrets are
        covered.
      </p>
    </section>
  );
}

/** The player's own parts have no names for a screen reader. */
function labelControls(place: HTMLElement | undefined): void {
  for (const button of place?.querySelectorAll("[role=button], button") ?? []) {
    if (button.getAttribute("aria-label") === null) button.setAttribute("aria-label", "Player");
  }
}
