/** The dashboard within the daemon, where the settings ask for it: there for as long as the daemon is. */
import { AtlasError } from "../../../contracts/errors.ts";
import { readConfig } from "../../../runtime/config-file.ts";
import type { Cli } from "../cli.ts";
import type { OpenDashboard } from "../dashboard/open.ts";
import { dashboardPort, loopback } from "../dashboard/place.ts";
import { readServing } from "../dashboard/serving.ts";

export class DaemonDashboard {
  readonly #cli: Cli;
  #open: OpenDashboard | null = null;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  /** Where it is served; null: not here. */
  get origin(): string | null {
    return this.#open?.origin ?? null;
  }

  /** Whatever keeps it from being served, the daemon has more to do than that. */
  async begin(): Promise<void> {
    try {
      if (!readConfig(this.#cli.paths, this.#cli.environment).daemon.dashboard) return;
      if (readServing(this.#cli.paths.dashboardFile) !== null) {
        this.#cli.note("the dashboard is served already, by a process of its own");
        return;
      }
      this.#open = await this.#listen();
      this.#cli.note(`the dashboard is served at ${this.#open.origin}`);
    } catch (error) {
      if (!(error instanceof AtlasError)) throw error;
      this.#cli.note(`the dashboard is not served: ${error.message}`);
    }
  }

  /** At its own port, or at any where that is taken: the link tells. */
  async #listen(): Promise<OpenDashboard> {
    // A daemon that serves none loads none of it.
    const { openDashboard } = await import("../dashboard/open.ts");
    const at = async (port: number): Promise<OpenDashboard> =>
      await openDashboard(this.#cli, { port, hostnames: loopback });
    try {
      return await at(dashboardPort);
    } catch (error) {
      if (!(error instanceof AtlasError) || error.code !== "usage") throw error;
      return await at(0);
    }
  }

  async end(): Promise<void> {
    const open = this.#open;
    this.#open = null;
    if (open === null) return;
    await open.close();
    this.#cli.note("the dashboard is not served any more");
  }
}
