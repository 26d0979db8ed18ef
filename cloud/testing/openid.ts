/** A real OpenID provider on loopback, whose people sign in without being asked, and which can fall silent or revoke. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import Provider, { type Adapter, type AdapterPayload, type Configuration } from "oidc-provider";
import { systemClock } from "../clock.ts";
import type { ProviderSettings } from "../config.ts";

export type OpenIdPerson = { sub: string; email: string; email_verified: boolean; name: string };

export type OpenIdServer = {
  settings: ProviderSettings;
  /** Who signs in next. */
  person: OpenIdPerson;
  /** Answers 503 to everything. */
  isDown: boolean;
  tokenRequests: number;
  allowRedirect(uri: string): void;
  /** Every grant that it gave is void. */
  revokeAll(): void;
  stop(): Promise<void>;
};

type Shelves = Map<string, Map<string, AdapterPayload>>;

const clientId = "atlasbridge-test";
const clientSecret = "a-secret-of-the-openid-client";

export async function startOpenId(): Promise<OpenIdServer> {
  const shelves: Shelves = new Map();
  const redirects: string[] = [];
  const http = createServer();
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(http.address() as AddressInfo).port}`;
  const server: OpenIdServer = {
    settings: { clientId, clientSecret, url },
    person: { sub: "1", email: "ada@example.com", email_verified: true, name: "Ada" },
    isDown: false,
    tokenRequests: 0,
    allowRedirect: (uri) => void redirects.push(uri),
    revokeAll() {
      for (const name of ["AccessToken", "RefreshToken", "Grant"]) shelves.get(name)?.clear();
    },
    async stop() {
      http.closeAllConnections();
      await new Promise((resolve) => http.close(resolve));
    },
  };
  const provider = new Provider(url, configurationOf(server, { shelves, redirects }));
  const answer = provider.callback();
  http.on("request", (request, response) => {
    if (server.isDown) return response.writeHead(503).end();
    if (request.url?.startsWith("/token")) server.tokenRequests += 1;
    if (request.url?.startsWith("/interaction/")) {
      return void agree(provider, server.person, { request, response });
    }
    return void answer(request, response);
  });
  return server;
}

type Exchange = { request: IncomingMessage; response: ServerResponse };

/** In place of the pages on which a person says who they are and that they agree. */
async function agree(
  provider: Provider,
  { sub }: OpenIdPerson,
  { request, response }: Exchange,
): Promise<void> {
  const { params } = await provider.interactionDetails(request, response);
  const grant = new provider.Grant({ accountId: sub, clientId: String(params["client_id"]) });
  grant.addOIDCScope("openid email profile offline_access");
  const result = { login: { accountId: sub }, consent: { grantId: await grant.save() } };
  await provider.interactionFinished(request, response, result);
}

function configurationOf(
  server: OpenIdServer,
  { shelves, redirects }: { shelves: Shelves; redirects: string[] },
): Configuration {
  return {
    adapter: (name: string) => shelfOf(name, shelves, redirects),
    claims: { email: ["email", "email_verified"], profile: ["name"] },
    // Google puts them into the ID token, too.
    conformIdTokenClaims: false,
    cookies: { keys: ["a-key-of-tests"] },
    features: { devInteractions: { enabled: false }, revocation: { enabled: true } },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: () => ({ ...server.person, sub }) }),
    interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
    issueRefreshToken: () => true,
    pkce: { required: () => true },
    rotateRefreshToken: true,
    ttl: {
      ...{ AccessToken: 3_600, AuthorizationCode: 60, IdToken: 3_600, RefreshToken: 1_209_600 },
      ...{ Grant: 1_209_600, Interaction: 600, Session: 600 },
    },
  };
}

function shelfOf(name: string, shelves: Shelves, redirects: readonly string[]): Adapter {
  const shelf = shelves.get(name) ?? new Map<string, AdapterPayload>();
  shelves.set(name, shelf);
  const by = (key: "uid" | "userCode", value: string): AdapterPayload | undefined =>
    [...shelf.values()].find((one) => one[key] === value);
  return {
    upsert: async (id, payload) => void shelf.set(id, payload),
    find: async (id) =>
      name === "Client" && id === clientId ? clientOf(redirects) : shelf.get(id),
    findByUid: async (uid) => by("uid", uid),
    findByUserCode: async (code) => by("userCode", code),
    async consume(id) {
      const payload = shelf.get(id);
      if (payload !== undefined) payload.consumed = Math.floor(systemClock.now() / 1_000);
    },
    destroy: async (id) => void shelf.delete(id),
    async revokeByGrantId(grantId) {
      for (const [id, one] of shelf) if (one.grantId === grantId) shelf.delete(id);
    },
  };
}

const clientOf = (redirects: readonly string[]): AdapterPayload => ({
  client_id: clientId,
  client_secret: clientSecret,
  grant_types: ["authorization_code", "refresh_token"],
  redirect_uris: [...redirects],
  token_endpoint_auth_method: "client_secret_post",
});
