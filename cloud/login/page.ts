/** The few pages that come before anybody is signed in: plain, without script, and with nothing from elsewhere. */
import { html, raw } from "hono/html";
import { createHash } from "node:crypto";

type Html = ReturnType<typeof html>;

const style = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; min-height: 100vh; display: grid; place-items: center; }
main { box-sizing: border-box; width: min(26rem, 100%); padding: 1.5rem; }
h1 { font-size: 1.4rem; line-height: 1.3; margin: 0 0 .75rem; }
p { margin: 0 0 1rem; }
.way { display: block; width: 100%; box-sizing: border-box; padding: .75rem 1rem; margin: .5rem 0; font: inherit;
  font-weight: 600; text-align: center; text-decoration: none; border-radius: .5rem; cursor: pointer;
  border: 1px solid light-dark(#1f4fd8, #8fb0ff); color: light-dark(#1f4fd8, #a9c2ff); background: none; }
.way:hover, .way:focus-visible { background: light-dark(#eef3ff, #1a2747); }
.quiet { color: light-dark(#555, #aaa); font-size: .9rem; }
code { overflow-wrap: anywhere; }
`;

/** Of the one style that is in the page, by its hash: nothing else is. */
export const pagePolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'`,
  "form-action 'self'",
  "frame-ancestors 'none'",
  "base-uri 'none'",
].join("; ");

/** `body` is escaped where something was put into it. */
export function page(title: string, body: Html): Html {
  return html`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${title} · AtlasBridge</title>
<style>${raw(style)}</style>
<main>
<h1>${title}</h1>
${body}
</main>
</html>
`;
}
