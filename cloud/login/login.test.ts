/** Signing in with real providers on loopback: who comes in, who does not, and what is left of it. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { TestBrowser } from "../testing/browser.ts";
import { startWorld, type World } from "../testing/login.ts";

let world: World;
let tenant: string;

beforeAll(async () => {
  world = await startWorld();
  tenant = await world.service.newTenant();
}, 60_000);

afterAll(() => world.stop(), 30_000);

describe("an invited person", () => {
  test("signs in with Google and is a member from then on", async () => {
    const browser = new TestBrowser();
    const link = await world.invite(tenant, "ada@example.com", "operator");
    const page = await browser.visit(link);
    expect(page.text).toContain("Join A tenant");
    expect(page.text).toContain("Continue with GitHub");
    const { response, url, text } = await world.signIn(browser, { link });
    expect([response.status, url]).toEqual([200, `${world.service.url}/`]);
    expect(text).toContain("You are signed in as <b>Ada</b>, operator.");
    // Again, in another browser and without an invitation.
    const again = await world.signIn(new TestBrowser());
    expect(again.text).toContain("You are signed in as");
  });

  test("signs in with GitHub", async () => {
    const browser = new TestBrowser();
    const link = await world.invite(tenant, "ada@example.com");
    const { text } = await world.signIn(browser, { with: "github", link });
    expect(text).toContain("You are signed in as <b>Ada</b>, viewer.");
  });
});
