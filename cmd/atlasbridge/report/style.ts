/** How the report looks: on a telephone, a wide screen and paper, light and dark. */
import { screenStyle } from "./screen.ts";

const page = `
:root {
  color-scheme:light dark; --page:#fff; --card:#f6f7f9; --text:#1b1f24; --soft:#545d68;
  --line:#d5d9e0; --link:#0b57d0; --good:#116329; --bad:#a40e26; --warn:#7a4d00;
  --good-ground:#dcf5e3; --bad-ground:#ffe3e3; --warn-ground:#fff0cc;
}
@media (prefers-color-scheme:dark) {
  :root {
    --page:#0f1216; --card:#181c22; --text:#e4e8ee; --soft:#9aa5b3; --line:#303844;
    --link:#8ab4f8; --good:#7ee2a0; --bad:#ff9d9d; --warn:#f3cf6b; --good-ground:#12301d;
    --bad-ground:#3a1618; --warn-ground:#34290a;
  }
}
* { box-sizing:border-box }
body {
  margin:0; background:var(--page); color:var(--text); font:16px/1.5 system-ui,sans-serif;
  overflow-wrap:anywhere;
}
main,header,footer { max-width:64rem; margin:0 auto; padding:0 1rem }
header { padding-top:1.5rem }
footer { padding-bottom:2rem; color:var(--soft); font-size:.875rem }
h1 { font-size:1.6rem; line-height:1.25; margin:0 0 .25rem }
h2 { font-size:1.25rem; line-height:1.3; margin:0 0 .5rem }
h3 { font-size:1rem; margin:0 }
p { margin:.25rem 0 }
a { color:var(--link) }
a:focus-visible,summary:focus-visible,[tabindex]:focus-visible {
  outline:3px solid var(--link); outline-offset:2px; border-radius:4px;
}
.skip { position:absolute; left:-999rem }
.skip:focus { left:1rem; top:.5rem; background:var(--page); padding:.25rem .5rem }
.soft { color:var(--soft) }
.small { font-size:.875rem }
code,pre,kbd { font:.875em/1.45 ui-monospace,SFMono-Regular,Menlo,Consolas,monospace }
.card {
  background:var(--card); border:1px solid var(--line); border-radius:10px; padding:1rem;
  margin:1rem 0;
}
.note {
  border-left:4px solid var(--warn); background:var(--warn-ground); padding:.5rem .75rem;
  border-radius:4px; margin:1rem 0;
}
dl {
  display:grid; grid-template-columns:minmax(6rem,auto) 1fr; gap:.25rem 1rem; margin:.5rem 0;
}
dt { color:var(--soft) }
dd { margin:0; min-width:0 }
.chip {
  display:inline-block; border-radius:99px; padding:0 .6rem; font-size:.8125rem;
  font-weight:600; background:var(--line); color:var(--text);
}
.good { background:var(--good-ground); color:var(--good) }
.bad { background:var(--bad-ground); color:var(--bad) }
.warn { background:var(--warn-ground); color:var(--warn) }
section.session { border-top:1px solid var(--line); margin-top:2rem; padding-top:1.25rem }
.course { width:100%; height:28px; display:block; margin:.5rem 0 }
.course .run { fill:var(--line) }
.course .tick { fill:var(--soft) }
.course .tick.t-good { fill:var(--good) }
.course .tick.t-bad { fill:var(--bad) }
.course .tick.t-warn { fill:var(--warn) }
ol.prompts { list-style:none; margin:1rem 0 0; padding:0 }
ol.prompts>li {
  position:relative; margin:0 0 0 .5rem; padding:0 0 1.25rem 1.25rem;
  border-left:2px solid var(--line);
}
ol.prompts>li:last-child { border-left-color:transparent }
ol.prompts>li::before {
  content:""; position:absolute; left:-7px; top:.4rem; width:12px; height:12px;
  border-radius:50%; background:var(--soft); border:2px solid var(--page);
}
ol.prompts>li.t-good::before { background:var(--good) }
ol.prompts>li.t-bad::before { background:var(--bad) }
ol.prompts>li.t-warn::before { background:var(--warn) }
.head { display:flex; flex-wrap:wrap; gap:.25rem .75rem; align-items:baseline }
blockquote {
  margin:.5rem 0; padding:.5rem .75rem; background:var(--card); border:1px solid var(--line);
  border-radius:8px; white-space:pre-wrap;
}
ul.options { margin:.25rem 0; padding-left:1.25rem }
kbd { border:1px solid var(--line); border-radius:4px; padding:0 .35em; background:var(--card) }
details { margin-top:.5rem }
summary { cursor:pointer; color:var(--link); width:fit-content }
.screen {
  margin:.5rem 0 0; border:1px solid var(--line); padding:.75rem; overflow-x:auto;
  background:#111418; color:#e5e5e5; border-radius:8px; line-height:1.25; overflow-wrap:normal;
  white-space:pre;
}
.screen .b { font-weight:700 }
.screen .d { opacity:.65 }
.screen .u { text-decoration:underline }
.screen .i { background:#e5e5e5; color:#111418 }
nav ol { padding-left:1.5rem; columns:2; column-gap:2rem }
@media (max-width:40rem) {
  dl { grid-template-columns:1fr; gap:0 }
  dt { margin-top:.4rem }
  nav ol { columns:1 }
}
@media print {
  details::details-content { content-visibility:visible; height:auto }
  :root {
    color-scheme:light; --page:#fff; --card:#fff; --text:#000; --soft:#333; --line:#999;
    --link:#000;
  }
  body { font-size:10pt }
  main,header,footer { max-width:none; padding:0 }
  .skip,nav,.replay { display:none }
  .card,ol.prompts>li,blockquote { break-inside:avoid }
  section.session { break-before:auto }
  .screen { background:#fff; color:#000; border:1px solid #999; white-space:pre-wrap }
  .screen span { color:#000!important; background:none!important }
  .screen .i { outline:1px solid #000 }
  .chip { border:1px solid #666; background:none; color:#000 }
}
`;

/** Blue as xterm has it cannot be read on the screens' ground. */
const brighter = ".screen .f4{color:#6d9bff}.screen .f12{color:#9db9ff}.screen .f8{color:#8b94a1}";

/** One text, so that the page can name its hash. */
export const reportStyle = `${screenStyle()}${page.replaceAll(/\n\s*/g, "")}${brighter}`;
