/** A tenant that means harm: its admin knows every id of all others, and calls every procedure with them, by a seed. */
import fc from "fast-check";
import { agentId } from "../../contracts/ids.ts";
import { systemRandom } from "../random.ts";
import { needs } from "../roles.ts";
import { signedRequest, TestAgent } from "./agent.ts";
import { pictureOf } from "./picture.ts";
import { type JsonSchema, type Known, type Procedure, proceduresOf } from "./sample.ts";
import type { TestDatabase, TestService } from "./service.ts";

export type HostileWish = {
  calls: number;
  seed: number;
  /** That are attacked. */
  tenants: number;
  /** Told from time to time. */
  say?: (line: string) => void;
};

export type HostileReport = {
  calls: number;
  /** How often each code was answered. */
  codes: Record<string, number>;
  /** Each is one too many. */
  faults: string[];
};

/** In every text of the tenants that are attacked, and in no question. */
const mark = "only-there";
const faultsMax = 20;
/** Of one tenant's ids, then of the next one's. */
const atOnce = 100;
const lanes = 4;
const saidEvery = 10_000;

type Asked = { procedure: Procedure; input: unknown };

export async function attack(
  { service, database }: { service: TestService; database: TestDatabase },
  { calls, seed, tenants, say = () => {} }: HostileWish,
): Promise<HostileReport> {
  const theirs = await furnishMany(service, tenants);
  const own = await furnish(service, "our-own");
  const token = await service.newToken(String(own["tenant_id"]), "admin");
  const report: HostileReport = { calls: 0, codes: {}, faults: [] };
  // When a key was last used is written later.
  await service.parts.tally.flush();
  const of = { except: String(own["tenant_id"]) };
  const before = JSON.stringify(await pictureOf(database.sql, of));
  say(`${tenants} tenants are attacked`);
  // A subscription does not end.
  const procedures = proceduresOf().filter(({ kind }) => kind !== "subscription");
  for (let done = 0; done < calls && report.faults.length < faultsMax; done += atOnce) {
    const numRuns = Math.min(atOnce, calls - done);
    const victim = theirs[(done / atOnce) % theirs.length] ?? own;
    const asking = anyCall(procedures, { theirs: victim, own });
    const batch = fc.sample(asking, { seed: seed + done, numRuns });
    await inLanes(batch, (one) => ask(one, { service, token, report }));
    if (report.calls % saidEvery === 0) say(`${report.calls} calls`);
  }
  if (JSON.stringify(await pictureOf(database.sql, of)) !== before) {
    report.faults.push("the rows of the other tenants are not what they were");
  }
  return report;
}

async function inLanes<T>(all: readonly T[], work: (one: T) => Promise<void>): Promise<void> {
  await Promise.all(
    Array.from({ length: lanes }, async (_, lane) => {
      for (const [at, one] of all.entries()) if (at % lanes === lane) await work(one);
    }),
  );
}

async function furnishMany(service: TestService, many: number): Promise<Known[]> {
  const all: Known[] = [];
  await inLanes(Array.from({ length: many }), async () => {
    all.push(await furnish(service, mark));
  });
  return all;
}

/** With something of everything; the ids of it by the names under which procedures ask for them. */
export async function furnish(service: TestService, text: string): Promise<Known> {
  const tenant = await service.newTenant();
  const admin = service.client(await service.newToken(tenant, "admin"));
  const key = await service.newKey(tenant);
  const agent = new TestAgent();
  const session_id = agent.session(3);
  const batch = agent.batch({ from: 1, to: agent.seq, key });
  const { status } = await service.post(signedRequest(batch, { key }));
  if (status !== 202) throw new Error(`the batch was refused: ${status}`);
  const agent_id = agentId.parse(agent.id);
  await admin.agents.label.mutate({ agent_id, label: `${text} agent` });
  const made = await admin.keys.create.mutate({ label: `${text} key` });
  const token = await admin.tokens.create.mutate({ label: `${text} token`, role: "viewer" });
  const email = `${text}@example.com`;
  const invitation = await admin.invitations.create.mutate({ email, role: "viewer" });
  return {
    ...{ tenant_id: tenant, key_id: made.key_id, agent_id, session_id },
    ...{ token_id: token.token_id, invitation_id: invitation.invitation_id },
    person_id: systemRandom.uuidv7(),
  };
}

async function ask(
  { procedure, input }: Asked,
  { report, ...by }: By & { report: HostileReport },
): Promise<void> {
  const { status, text } = await send(procedure, input, by);
  report.calls += 1;
  report.codes[status] = (report.codes[status] ?? 0) + 1;
  const fault = text.includes(mark) ? "tells what is of another" : null;
  const broken = status >= 500 ? `answers ${status}` : null;
  for (const what of [fault, broken]) {
    if (what === null) continue;
    const asked = JSON.stringify(input)?.slice(0, 400);
    report.faults.push(`${procedure.path} ${what}: ${asked} ${text.slice(0, 200)}`);
  }
}

type By = { service: TestService; token: string };

export async function send(
  { path, kind }: Procedure,
  input: unknown,
  { service, token }: By,
): Promise<{ status: number; text: string }> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const body = JSON.stringify(input) ?? "";
  const query = body === "" ? "" : `?input=${encodeURIComponent(body)}`;
  const url = `${service.url}/trpc/${path}`;
  const response =
    kind === "mutation"
      ? await fetch(url, { method: "POST", headers, body })
      : await fetch(`${url}${query}`, { headers });
  return { status: response.status, text: await response.text() };
}

const strange = fc.constantFrom(
  ...[
    "",
    " ",
    "%",
    "_",
    "'; DROP TABLE atlasbridge.tenants; --",
    "\u0000",
    "\ud800",
    "../..",
    "null",
  ],
  ...[
    "*",
    "__proto__",
    "a".repeat(5_000),
    "\u202e",
    "-1",
    "1e400",
    "{}",
    "\\",
    "00000000-0000-0000-0000-000000000000",
  ],
);

function anyCall(procedures: readonly Procedure[], sides: Sides): fc.Arbitrary<Asked> {
  return fc.oneof(
    ...procedures.map((procedure) => ({
      // To those of platform staff, a tenant's token is nobody's.
      weight: needs.get(procedure.path) === "platform" ? 1 : 5,
      arbitrary: inputOf(procedure.schema, sides).map((input) => ({ procedure, input })),
    })),
  );
}

type Sides = { theirs: Known; own: Known };

function inputOf(schema: JsonSchema | null, sides: Sides): fc.Arbitrary<unknown> {
  const right = schema === null ? fc.constant(undefined) : valueOf(schema, sides, "");
  const smuggled = right.map((input) =>
    typeof input === "object" && input !== null
      ? { ...input, tenant_id: sides.theirs["tenant_id"] }
      : input,
  );
  return fc.oneof(
    { weight: 20, arbitrary: right },
    { weight: 1, arbitrary: smuggled },
    { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  );
}

/** Now and then anything; mostly what the schema asks for, and ids of the other tenant wherever one is asked for. */
function valueOf(schema: JsonSchema, sides: Sides, name: string): fc.Arbitrary<unknown> {
  const usual = usualOf(schema, sides, name);
  if (schema.type === "object") return usual;
  return fc.oneof({ weight: 12, arbitrary: usual }, { weight: 1, arbitrary: strange });
}

function usualOf(schema: JsonSchema, sides: Sides, name: string): fc.Arbitrary<unknown> {
  const { theirs, own } = sides;
  if (name in theirs) {
    return fc.oneof(
      { weight: 6, arbitrary: fc.constant(theirs[name]) },
      { weight: 1, arbitrary: fc.constant(own[name]) },
      { weight: 1, arbitrary: fc.uuid({ version: 7 }) },
    );
  }
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (schema.enum !== undefined) return fc.constantFrom(...schema.enum);
  if (schema.anyOf !== undefined) {
    return fc.oneof(...schema.anyOf.map((one) => valueOf(one, sides, name)));
  }
  const type = Array.isArray(schema.type) ? schema.type[0] : schema.type;
  switch (type) {
    case "object":
      return objectOf(schema, sides);
    case "array":
      return fc.array(valueOf(schema.items ?? {}, sides, name), { maxLength: 3 });
    case "boolean":
      return fc.boolean();
    case "integer":
    case "number":
      return fc.oneof(
        fc.integer({ min: 0, max: 200 }),
        fc.integer(),
        fc.constantFrom(-1, 0, 2 ** 53),
      );
    case "null":
      return fc.constant(null);
    default:
      return fc.oneof(
        fc.constant("a text"),
        fc.string({ maxLength: 40 }),
        fc.constant(String(theirs["agent_id"])),
      );
  }
}

function objectOf({ properties = {}, required = [] }: JsonSchema, sides: Sides) {
  const model = Object.fromEntries(
    Object.entries(properties).map(([field, of]) => [field, valueOf(of, sides, field)]),
  );
  const requiredKeys = required.filter((field) => field in model);
  return fc.record(model, { requiredKeys });
}
