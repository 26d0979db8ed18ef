/** The terminal's replay within a report: asciinema's player, the one thing in the page that may run. */
import script from "asciinema-player/dist/bundle/asciinema-player.min.js" with { type: "text" };
import style from "asciinema-player/dist/bundle/asciinema-player.css" with { type: "text" };
import { html, type Markup } from "./markup.ts";

/** Stands still at each prompt, as `sessions replay` does. */
const start = `
const cast = JSON.parse(document.getElementById("cast").textContent);
AsciinemaPlayer.create({ data: cast }, document.getElementById("replay"), {
  fit: "width", idleTimeLimit: 2, pauseOnMarkers: true, preload: true, poster: "npt:0:0.1",
  terminalFontFamily: "ui-monospace, SFMono-Regular, Menlo, Consolas, monospace",
});
`;

export const replayStyle = style;

/** What the page has to allow besides. The player's emulator is WebAssembly that it brings along. */
export function replayPolicy(hashOf: (text: string) => string): string {
  return `script-src '${hashOf(script)}' '${hashOf(start)}' 'wasm-unsafe-eval'`;
}

/** `cast`: a recording as it was exported. */
export function replayMarkup(cast: string): Markup {
  // A block of data, which no browser runs; it must not end the block either.
  const data = { markup: JSON.stringify(cast).replaceAll("<", "\\u003c") };
  const [code, begin] = [{ markup: script }, { markup: start }];
  return html`<section class="card replay" aria-labelledby="replayed"><h2 id="replayed">Replay</h2>
<p class="soft small">It stands still at each prompt; space goes on.</p><div id="replay"></div>
<noscript>The replay needs scripts, which are switched off here.</noscript></section>
<script type="application/json" id="cast">${data}</script>
<!-- asciinema-player, Apache License 2.0, https://github.com/asciinema/asciinema-player -->
<script>${code}</script><script>${begin}</script>
`;
}
