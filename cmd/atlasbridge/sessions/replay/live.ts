/** Plays a recording on the person's terminal, under their keys. */
import type { PromptTimeline } from "../../../../contracts/views.ts";
import type { Clock, Timer } from "../../../../runtime/clock.ts";
import type { Cast } from "../../../../runtime/pty/asciicast.ts";
import { Player } from "../../../../runtime/recording/player.ts";
import { guardTerminal } from "../../guard.ts";
import { panelOf } from "./panel.ts";
import { leaveViewer, Viewer } from "./viewer.ts";

export type Played = { cast: Cast; prompts: readonly PromptTimeline[]; clock: Clock };

export type LiveOptions = { speed: number; idleLimit?: number; pause: boolean };

/** No more pictures than a person can see. */
const frameMs = 16;

/** Resolves when the person has left it, or at its end where nobody could. */
export async function showLive(
  played: Played,
  { speed, idleLimit, pause }: LiveOptions,
): Promise<"over" | "interrupted"> {
  const { cast, prompts, clock } = played;
  const isWatched = Viewer.hasKeyboard;
  const ended = Promise.withResolvers<"over" | "interrupted">();
  const frame: { due: Timer | null } = { due: null };
  let guard = guardTerminal(leaveViewer);
  const viewer = new Viewer({
    key: (name) => press(name),
    resized: () => draw(),
    away: (isAway) => {
      if (isAway) guard.release();
      else guard = guardTerminal(leaveViewer);
    },
  });
  const player = new Player({
    ...{ cast, clock, speed },
    idleMsMax: (idleLimit ?? Number.POSITIVE_INFINITY) * 1_000,
    pauses: pause && isWatched,
    changed: () => (frame.due ??= clock.after(frameMs, draw)),
  });
  const draw = (): void => {
    frame.due?.cancel();
    frame.due = viewer.behind ? clock.after(frameMs, draw) : null;
    if (frame.due !== null) return;
    const picture = player.screen.snapshot();
    const { cols, rows } = viewer.size;
    const fits = picture.cols <= cols && picture.rows <= rows;
    const recorded = `${picture.cols}×${picture.rows}`;
    const panel = panelOf({
      state: player.state,
      playedMs: player.playedMs,
      prompts,
      sizes: fits ? null : { recorded, terminal: `${cols}×${rows}` },
      columns: cols,
      hasRoom: rows > picture.rows || !fits,
    });
    viewer.paint(picture, panel.slice(0, Math.max(0, rows - 1)));
    if (player.state.doing === "over" && !(pause && isWatched)) ended.resolve("over");
  };
  const press = (key: string): void => {
    if (key === "\u0003") ended.resolve("interrupted");
    else if (key === "q") ended.resolve("over");
    else act(player, key);
    if (player.state.doing === "over" && key === "\r") ended.resolve("over");
  };
  viewer.open();
  try {
    player.play();
    return await ended.promise;
  } finally {
    frame.due?.cancel();
    player.close();
    viewer.close();
    guard.release();
  }
}

function act(player: Player, key: string): void {
  switch (key) {
    case " ":
    case "\r":
      if (player.state.doing === "playing") player.stand();
      else player.play();
      return;
    case ".":
    case "\u001b[C":
    case "\u001bOC":
      player.step();
      return;
    case "n":
      player.toPrompt();
      return;
    default:
  }
}
