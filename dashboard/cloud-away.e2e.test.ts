/** The cloud's dashboard while the service goes away and comes back: apart, since nothing else can be asked meanwhile. */
import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { TestAgent } from "../cloud/testing/agent.ts";
import { startService } from "../cloud/testing/service.ts";
import { tell, upload } from "../cloud/testing/story.ts";
import { readAssets } from "../cmd/atlasbridge/dashboard/assets.ts";
import { closeBrowser } from "./testing/dash.ts";
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

test("what comes is there without reloading, also after the service was away, and back goes back", async () => {
  const { world, origin, key } = fleet;
  const { page } = await fleet.open("viewer", "/sessions?tool=live-tool");
  await page.getByText("No session fits").waitFor();
  const agent = new TestAgent();
  tell(agent, { tool: "live-tool", open: true, prompts: [{}] });
  await upload(world.service, { agent, key, from: 1 });
  await page.locator(".fleet-row").first().waitFor();
  const port = Number(new URL(origin).port);
  await world.service.stop();
  await page.getByText("The service does not answer").waitFor();
  const assets = await readAssets("cloud.pack");
  const again = await startService(world.database, { port, assets });
  try {
    await page.getByText("The service does not answer").waitFor({ state: "detached" });
    const from = agent.seq + 1;
    tell(agent, { tool: "live-tool", prompts: [{}] });
    await upload(again, { agent, key, from });
    await page.locator(".fleet-row").nth(1).waitFor();
    await page.locator(".fleet-row").first().click();
    await page.locator(".told").first().waitFor();
    await page.goBack();
    await page.locator(".fleet-row").nth(1).waitFor();
    expect(page.url()).toEndWith("/sessions?tool=live-tool");
    // The way there is away, such as in a tunnel.
    await page.context().setOffline(true);
    await page.getByLabel("Search sessions").fill("live");
    await page.getByText("The service does not answer").waitFor();
    await page.context().setOffline(false);
    await page.getByText("The service does not answer").waitFor({ state: "detached" });
    await page.locator(".fleet-row").nth(1).waitFor();
  } finally {
    await again.stop();
  }
});
