/** The few pages that come before anybody is signed in: plain, without script, and with nothing from elsewhere. */
import { html, raw } from "hono/html";
import { createHash } from "node:crypto";

type Html = ReturnType<typeof html>;

/** The dashboard's colours and type, as `dashboard/theme/tokens.css` has them. */
const style = `
:root { color-scheme: light dark; --ink: light-dark(#17171c, #ededf2); --soft: light-dark(#595966, #a2a2b2);
  --accent: light-dark(#4338ca, #a5a0ff); --on-accent: light-dark(#ffffff, #12112b);
  --line: light-dark(#e3e3ea, #282833); --line-strong: light-dark(#84848f, #747485);
  font: 400 .875rem/1.5 ui-sans-serif, system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, sans-serif;
  background: light-dark(#f7f7f9, #0d0d11); color: var(--ink); -webkit-font-smoothing: antialiased; }
@media (min-width: 2400px) { :root { font-size: 1.25rem; } }
body { margin: 0; min-height: 100vh; display: flex; flex-direction: column; align-items: center; justify-content: center;
  gap: 1.25rem; padding: 1.5rem .75rem; box-sizing: border-box; }
.brand { display: flex; align-items: center; gap: .5rem; margin: 0; font-weight: 640; }
.brand svg { width: 1.75rem; height: 1.75rem; }
main { box-sizing: border-box; width: min(26rem, 100%); padding: 1.75rem; border: 1px solid var(--line);
  border-radius: 12px; background: light-dark(#ffffff, #15151b);
  box-shadow: 0 1px 2px light-dark(rgb(20 20 40 / 6%), rgb(0 0 0 / 40%)), 0 2px 8px light-dark(rgb(20 20 40 / 5%), rgb(0 0 0 / 20%)); }
h1 { font-size: 1.375rem; font-weight: 640; letter-spacing: -.015em; line-height: 1.25; margin: 0 0 .75rem; overflow-wrap: anywhere; }
p { margin: 0 0 1rem; overflow-wrap: anywhere; }
main > :last-child { margin-bottom: 0; }
.way { display: block; width: 100%; box-sizing: border-box; padding: .6rem 1rem; margin: 0 0 .5rem; font: inherit;
  font-weight: 560; text-align: center; text-decoration: none; border-radius: 5px; cursor: pointer;
  border: 1px solid var(--line-strong); color: var(--ink); background: light-dark(#ffffff, #1b1b23); }
.way:hover { background: light-dark(#f0f0f5, #1f1f28); }
.way:only-of-type { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
.way:only-of-type:hover { background: color-mix(in srgb, var(--accent) 88%, var(--ink)); }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
.quiet { color: var(--soft); font-size: .8125rem; margin: 1rem 0 0; }
form { margin: 0 0 1rem; }
code { font-family: ui-monospace, "SF Mono", SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
`;

/** Of the one style that is in the page, by its hash: nothing else is. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** The dashboard's picture: decoration beside the name. */
const mark = `<svg aria-hidden="true" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#4f46e5"/><path d="M6 21c0-6 4.5-11 10-11s10 5 10 11M6 21h20M11 21v-4.5M16 21v-6.5M21 21v-4.5" fill="none" stroke="#fff" stroke-width="2.4" stroke-linecap="round"/></svg>`;

/** `body` is escaped where something was put into it. */
export function page(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · AtlasBridge</title>
<style>${raw(style)}</style>
<header class="brand">${raw(mark)} AtlasBridge</header>
<main>
<h1>${title}</h1>
${body}
</main>
</html>
`;
}
