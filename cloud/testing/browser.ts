/** A browser as far as sign-in goes: keeps cookies by host, follows redirects, says where a page comes from. */

export type Visit = { response: Response; url: string; text: string };

export class TestBrowser {
  readonly #jars = new Map<string, Map<string, string>>();
  readonly #every: BunFetchRequestInit;

  /** `every`: of each request. */
  constructor(every: BunFetchRequestInit = {}) {
    this.#every = every;
  }

  /** Cookies do not know of ports, but loopback has one host for all: kept apart by port, as hosts would be. */
  jar(url: string): Map<string, string> {
    const { host } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map<string, string>();
    this.#jars.set(host, jar);
    return jar;
  }

  /** One request, with its cookies and without following anything. */
  async once(url: string, init: RequestInit = {}): Promise<Response> {
    const jar = this.jar(url);
    const headers = new Headers(init.headers);
    if (jar.size > 0) headers.set("cookie", [...jar].map((pair) => pair.join("=")).join("; "));
    const response = await fetch(url, { ...this.#every, ...init, headers, redirect: "manual" });
    for (const cookie of response.headers.getSetCookie()) {
      const [, name = "", value = ""] = /^([^=]+)=([^;]*)/.exec(cookie) ?? [];
      if (/max-age=0/i.test(cookie) || value === "") jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  /** Where the first redirect leads. */
  async leap(url: string): Promise<string> {
    const response = await this.once(url);
    const to = response.headers.get("location");
    if (to === null) throw new Error(`${url} answers ${response.status}: ${await response.text()}`);
    return new URL(to, url).href;
  }

  /** Follows redirects to the end, or until one leads to an address that begins with `stopBefore`. */
  async visit(url: string, stopBefore?: string): Promise<Visit> {
    let at = url;
    for (let hops = 0; hops < 20; hops += 1) {
      const response = await this.once(at);
      const to = response.headers.get("location");
      if (to === null) return { response, url: at, text: await response.text() };
      const next = new URL(to, at).href;
      if (stopBefore !== undefined && next.startsWith(stopBefore)) {
        return { response, url: next, text: "" };
      }
      at = next;
    }
    throw new Error(`${url} leads in circles`);
  }
}
