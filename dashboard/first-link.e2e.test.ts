/** The service's own binary, with nothing set: its link signs in once, and the dashboard that it carries opens. */
import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { rmSync } from "node:fs";
import { join } from "node:path";
import { temporaryFolder } from "../cloud/testing/service.ts";
import { closeBrowser, openPage } from "./testing/dash.ts";

setDefaultTimeout(60_000);
afterAll(closeBrowser);

test("from the link that serve prints to an empty overview, with nothing else set", async () => {
  const home = temporaryFolder();
  const binary = join(import.meta.dir, "..", "dist", "atlasbridge-cloud");
  const child = Bun.spawn([binary, "serve", "--port", "0", "--home", home, "--json"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  try {
    const { value } = await child.stdout.getReader().read();
    const told: { url: string; sign_in: string } = JSON.parse(new TextDecoder().decode(value));
    const { page, complaints } = await openPage(told.sign_in);
    await page.getByRole("button", { name: "Sign in" }).click();
    await page.getByText("No machine has sent anything yet").waitFor();
    expect(await page.locator(".tenant").textContent()).toBe("My organisation");
    expect(complaints).toEqual([]);
    await page.reload();
    await page.getByText("No machine has sent anything yet").waitFor();
    await page.getByRole("button", { name: "Sign out" }).click();
    await page.waitForURL(/\/auth\/sign-in/);
    await page.goto(told.sign_in);
    await page.getByText("It works once").waitFor();
  } finally {
    child.kill("SIGTERM");
    await child.exited;
    rmSync(home, { recursive: true, force: true });
  }
});
