/** Whatever tools, files and people write reaches the page as text: nothing of it runs, turns or moves anything. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { seatedRun } from "../cmd/e2e/start.ts";
import { World } from "../cmd/e2e/world.ts";
import { closeBrowser, openPage, overhang, serve } from "./testing/dash.ts";

setDefaultTimeout(90_000);
afterAll(closeBrowser);

const evil = [
  '<img src=x onerror="window.pwned=1"><script>window.pwned=1</script>',
  "\"'><svg onload=window.pwned=1>{{7*7}}${7*7}",
  "\u202Egnp.exe\u2066\u200B شغّل الأمر הפעל 👩\u200d💻🏴‍☠️",
  "javascript:window.pwned=1 </style></title><!--",
].join(" ");

/** A policy with characters that nobody sees is refused as it is read. */
const seen = evil.replaceAll(/[\p{Cf}\ufe0f]/gu, "");

const policy = `policy_version: "1"
name: ${JSON.stringify(`<b>${seen}`)}
autonomy_mode: full
rules:
  - id: everything
    description: ${JSON.stringify(seen)}
    match: { contains: "Hostile" }
    action: { type: require_human }
`;

test("markup, escapes, bidi, emoji, right-to-left and lines of 100 kB are text in every field, and the layout holds", async () => {
  await using world = new World();
  world.write("home/policy.yaml", policy);
  const long = "W".repeat(100_000);
  // Its own name, label, arguments, question and title are all somebody else's text.
  const tool = world.write(
    "to\u202Eol<i>.sh",
    '#!/bin/bash\nprintf "\\033]0;<b>title</b>\\007%s\\n" "$2" | head -c 3000; printf "\\n"; read -r -p "Hostile <u>$1 [y/n] " a\n',
    0o700,
  );
  seatedRun(world, [
    ...["run", "--label", evil, "--events", world.events, "--", tool],
    ...[evil.slice(0, 180), long, "\u001b[31mred\u0007"],
  ]);
  await world.recorded("prompt.escalated");
  const { link, origin } = await serve(world);
  const { page, complaints } = await openPage(link);
  const ask = page.getByRole("article").first();
  await ask.waitFor();
  expect(await ask.innerText()).toContain("<u>");
  expect(await ask.innerText()).toContain("<U+202E>");
  const id = world.of("session.started")[0]?.session_id ?? "";
  const stops = [
    "/",
    "/sessions",
    `/sessions/${id}?prompt=1`,
    "/policy",
    `/sessions?q=${encodeURIComponent(evil.slice(0, 150))}`,
    "/policy?tab=simulate",
    "/integrity",
    "/doctor",
  ];
  for (const width of [1280, 360]) {
    await page.setViewportSize({ width, height: 800 });
    for (const path of stops) {
      await page.goto(`${origin}${path}`);
      await page.locator("h1").waitFor();
      await page.waitForFunction(() => document.querySelector(".bones") === null);
      const state = await page.evaluate(() => ({
        pwned: Reflect.get(window, "pwned") ?? null,
        foreign: document.querySelectorAll("main img, main u, main b b, main i, main script")
          .length,
        turned: [...document.querySelectorAll<HTMLElement>("main > *, header")]
          .flatMap((part) => part.innerText.split("\n"))
          .filter((line) => /[\p{Cf}\p{Cc}]/u.test(line.replaceAll(/[\t\u{200d}]/gu, ""))).length,
        high: document.documentElement.scrollHeight,
      }));
      const over = await overhang(page);
      expect({ path, width, over, ...state, high: state.high < 9_000 }).toEqual({
        ...{ path, width, pwned: null, over: 0, foreign: 0, turned: 0, high: true },
      });
    }
  }
  expect(complaints).toEqual([]);
});
