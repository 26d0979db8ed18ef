/** The way from a pact to the service: packs what a body says and signs it now, or spoils it where a state says so. */
import { zstdCompressSync } from "node:zlib";
import type { TestService } from "../cloud/testing/service.ts";
import { type SendWish, signedBytes } from "../cloud/testing/agent.ts";
import { sameKey } from "./same.ts";
import { unpackedField } from "./unpacked.ts";

export type Manner = {
  keyId: string;
  /** How it is signed otherwise than it should be. */
  signed?: Partial<SendWish>;
  /** What becomes of the body before it is packed and signed, and after. */
  written?: (text: string) => string;
  carried?: (bytes: Uint8Array) => Uint8Array;
};

export class Way {
  manner: Manner = { keyId: sameKey.keyId };
  readonly #service: TestService;
  readonly #server;

  constructor(service: TestService) {
    this.#service = service;
    this.#server = Bun.serve({
      ...{ hostname: "127.0.0.1", port: 0 },
      fetch: (request) => this.#carry(request),
    });
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#server.port}`;
  }

  async #carry(request: Request): Promise<Response> {
    const { pathname } = new URL(request.url);
    const coding = request.headers.get(unpackedField);
    if (!request.headers.has("signature")) {
      return await fetch(`${this.#service.url}${pathname}`, request);
    }
    return await this.post(await request.text(), { path: pathname, isPacked: coding === "zstd" });
  }

  async post(text: string, { path = "/v1/traces", isPacked = true } = {}): Promise<Response> {
    const { keyId, signed, written, carried } = this.manner;
    const bytes = new TextEncoder().encode(written?.(text) ?? text);
    const wish: SendWish = {
      ...{ path, key: { key_id: keyId, secret: sameKey.secret } },
      encoding: isPacked ? "zstd" : null,
      ...signed,
    };
    const sent = signedBytes(isPacked ? zstdCompressSync(bytes) : bytes, wish);
    return await this.#service.post({ ...sent, body: carried?.(sent.body) ?? sent.body }, path);
  }

  async stop(): Promise<void> {
    await this.#server.stop(true);
  }
}
