/** Starts, stops and restarts what runs beside the sessions, as the commands do. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { AtlasError } from "../../../contracts/errors.ts";
import { limits } from "../../../contracts/limits.ts";
import { systemClock } from "../../../runtime/clock.ts";
import { programOfItself } from "../../../runtime/itself.ts";
import type { Cli } from "../cli.ts";
import { askDaemon, daemonStatus } from "../daemon/reach.ts";
import { daemonEnvironment, startDaemon, stopDaemon } from "../daemon/start.ts";
import { keyOf, linkTo, readServing } from "../dashboard/serving.ts";
import type { Order, Service } from "./state.ts";

const lookEveryMs = 20;

export class Services {
  readonly #cli: Cli;

  constructor(cli: Cli) {
    this.#cli = cli;
  }

  /** Resolves with what is to be said of it. */
  async order(service: Service, order: Order): Promise<string> {
    if (service === "dashboard") return await this.#dashboard(order);
    if (service === "uploader") return await this.#uploader(order);
    return await this.#daemon(order);
  }

  /** Opens the dashboard once. Throws `not_found` where it is not served. */
  link(): string {
    const serving = this.#serving();
    if (serving === null)
      throw new AtlasError("not_found", "the dashboard does not run; s starts it");
    return linkTo(serving.host, serving.port, keyOf(this.#cli).ticket(serving.serving));
  }

  async #daemon(order: Order): Promise<string> {
    const said: string[] = [];
    const cli: Cli = {
      ...this.#cli,
      out: (text) => said.push(text),
      note: (line) => said.push(line),
    };
    if (order !== "start") await stopDaemon(cli);
    if (order !== "stop") await startDaemon(cli);
    return said.at(-1)?.split("\n")[0] ?? "";
  }

  /** It runs within the daemon, which goes on when it is stopped. */
  async #uploader(order: Order): Promise<string> {
    const { state } = await daemonStatus(this.#cli);
    if (state === "stopped") {
      if (order === "stop") return "the uploader does not run: it runs within the daemon";
      return await this.#daemon("start");
    }
    const reply = await askDaemon(this.#cli, {
      ask: "upload",
      do: order === "stop" ? "stop" : "start",
    });
    if (reply.reply !== "status") {
      throw new AtlasError("internal", "the daemon is of another version; restart it");
    }
    if (reply.upload.state === "off") {
      return "this machine is enrolled nowhere: nothing is sent; see: atlasbridge cloud enroll";
    }
    return order === "stop" ? "nothing more is sent" : "what is recorded is sent";
  }

  #serving(): ReturnType<typeof readServing> {
    return readServing(this.#cli.paths.dashboardFile);
  }

  async #dashboard(order: Order): Promise<string> {
    if (order !== "start") {
      const serving = this.#serving();
      if (serving === null && order === "stop") return "the dashboard does not run";
      if (serving !== null) await this.#endDashboard(serving.pid);
      if (!(await becomes(() => this.#serving() === null))) {
        throw new AtlasError("internal", "the dashboard has not ended yet");
      }
      if (order === "stop") return "the dashboard has ended";
    }
    if (this.#serving() !== null) return "the dashboard runs already; o gives a link";
    // Where its own port is taken, any other does: the link tells it.
    return (await this.#startDashboard([])) ?? (await this.#startDashboard(["--port", "0"])) ?? "";
  }

  /** Where the daemon serves it, the daemon goes on. */
  async #endDashboard(pid: number): Promise<void> {
    const { daemon } = await daemonStatus(this.#cli);
    if (daemon?.pid === pid) await askDaemon(this.#cli, { ask: "end_dashboard" });
    else process.kill(pid, "SIGTERM");
  }

  /** Null where it did not start, and may on another port. */
  async #startDashboard(port: readonly string[]): Promise<string | null> {
    const [program, ...args] = programOfItself();
    const child = spawn(program, [...args, "dashboard", "--json", ...port], {
      cwd: this.#cli.environment.userHome,
      detached: true,
      stdio: ["ignore", "ignore", "pipe"],
      env: daemonEnvironment(this.#cli),
    });
    let told = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => (told += text));
    let isOver = false;
    void once(child, "exit").then(() => (isOver = true));
    await becomes(() => isOver || this.#serving() !== null);
    child.stderr.destroy();
    child.unref();
    if (this.#serving() !== null) return "the dashboard runs; o gives a link that opens it";
    if (port.length === 0) return null;
    const why = told.trim().replace(/^atlasbridge: /, "") || "the dashboard did not start";
    throw new AtlasError("internal", why);
  }
}

async function becomes(isSo: () => boolean): Promise<boolean> {
  const until = systemClock.monotonicMs() + limits.daemonStartMs;
  while (!isSo()) {
    if (systemClock.monotonicMs() > until) return false;
    await new Promise<void>((resolve) => systemClock.after(lookEveryMs, resolve));
  }
  return true;
}
