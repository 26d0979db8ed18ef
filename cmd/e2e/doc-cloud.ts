/** The service that the documents' commands are run against: one for all pages, started by the first that needs it. */
import { chmodSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const binary = resolve(import.meta.dir, "../../dist/atlasbridge-cloud");

export class DocCloud {
  readonly url: string;
  readonly home: string;
  readonly tenant: string;
  readonly key: { key_id: string; secret: string };
  readonly #child: Bun.Subprocess;

  private constructor({ url, home, child }: { url: string; home: string; child: Bun.Subprocess }) {
    this.url = url;
    this.home = home;
    this.#child = child;
    this.tenant = run(home, "tenant", "create", "Example Ltd").tenant_id;
    this.key = run(home, "keys", "create", this.tenant);
  }

  static async start(): Promise<DocCloud> {
    const home = mkdtempSync(join(tmpdir(), "abc-docs-"));
    // PostgreSQL's own account passes through.
    chmodSync(home, 0o711);
    const argv = [binary, "serve", "--port", "0", "--home", home, "--json"];
    const child = Bun.spawn(argv, { stdout: "pipe", stderr: Bun.file(join(home, "log")) });
    for await (const chunk of child.stdout) {
      const { url }: { url: string } = JSON.parse(new TextDecoder().decode(chunk));
      return new DocCloud({ url, home, child });
    }
    throw new Error(`it did not start: ${readFileSync(join(home, "log"), "utf8")}`);
  }

  async stop(): Promise<void> {
    this.#child.kill("SIGTERM");
    await this.#child.exited;
    rmSync(this.home, { recursive: true, force: true });
  }
}

function run(home: string, ...words: string[]) {
  const done = Bun.spawnSync([binary, ...words, "--home", home, "--json"]);
  if (done.exitCode !== 0) throw new Error(done.stderr.toString());
  return JSON.parse(done.stdout.toString());
}
