/** The cloud's dashboard over what somebody sent to do it harm: apart, since it stays in the lists of whoever looks. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { TestAgent } from "../cloud/testing/agent.ts";
import { tell, upload } from "../cloud/testing/story.ts";
import { closeBrowser, overhang, violations } from "./testing/dash.ts";
import { type Fleet, startFleet } from "./testing/fleet.ts";

setDefaultTimeout(240_000);

let fleet: Fleet;
beforeAll(async () => {
  fleet = await startFleet();
});
afterAll(async () => {
  await closeBrowser();
  await fleet.world.stop();
});

test("hostile text in every field is shown as text, and the layout stays whole", async () => {
  const evil = '<img src=x onerror="window.pwned=1">\u202eevil\u202c שלום 🦊 \u001b[31m';
  const agent = new TestAgent(undefined, Date.now() - 60_000);
  const session = tell(agent, {
    tool: evil.slice(0, 60),
    shared: { label: evil, command: [evil, "x".repeat(20_000)], cwd: `/${evil}` },
    prompts: [
      { question: `${evil}${"y".repeat(30_000)}`, rule: evil.slice(0, 60), reason: evil.repeat(3) },
      { question: evil, reply: evil, action: "require_human", rule: null, reason: evil },
    ],
  });
  const { service } = fleet.world;
  await upload(service, { agent, key: fleet.key, from: 1 });
  const label = evil.replaceAll("\u001b", "");
  const client = service.client(await service.newToken(fleet.tenant, "operator"));
  await client.agents.label.mutate({ agent_id: agent.id, label: label.slice(0, 100) });
  const { page, complaints } = await fleet.open("admin", "/");
  // As most people have it: what moves must not leave anything half laid out either.
  await page.emulateMedia({ reducedMotion: "no-preference", colorScheme: "dark" });
  for (const path of [
    ...["/sessions", "/decisions", "/agents", "/integrity", "/ingestion", "/search?q=onerror"],
    ...[`/agents/${agent.id}`, `/agents/${agent.id}/sessions/${session}`],
  ]) {
    await page.goto(`${fleet.origin}${path}`);
    await page.locator("main").getByText("onerror").first().waitFor({ state: "attached" });
    // The filters learn of the tools after the rows: a list is as wide as the longest of them.
    if (path === "/sessions") {
      await page.locator("option").getByText("onerror").first().waitFor({ state: "attached" });
    }
    for (const width of [1280, 360]) {
      await page.setViewportSize({ width, height: 800 });
      const over = await overhang(page);
      const seen = await page.evaluate(() => ({
        pwned: Reflect.get(window, "pwned") ?? null,
        images: document.querySelectorAll("main img").length,
        turned: document.body.innerText.includes("\u202e"),
        covered: [...document.querySelectorAll(".virtual > li + li")].filter((row) => {
          const above = row.previousElementSibling?.getBoundingClientRect().bottom ?? 0;
          return row.getBoundingClientRect().top < above - 1;
        }).length,
      }));
      expect({ path, width, over, ...seen }).toEqual({
        ...{ path, width, pwned: null, images: 0, over: 0, turned: false, covered: 0 },
      });
    }
    expect({ path, found: await violations(page) }).toEqual({ path, found: [] });
  }
  expect(complaints).toEqual([]);
});
