/** Which procedure needs whom: the one table of it. A procedure that is not in it can be called by nobody. */
import type { Role } from "../contracts/roles.ts";

/** `person`: whoever is signed in with a browser, in whatever role; what it does is about that person alone. */
export type Need = Role | "person" | "platform";

const table = {
  "live.changes": "viewer",
  "fleet.overview": "viewer",
  "fleet.search": "viewer",
  "sessions.list": "viewer",
  "sessions.facets": "viewer",
  "sessions.timeline": "viewer",
  "sessions.proof": "viewer",
  "sessions.export": "viewer",
  "decisions.list": "viewer",
  "decisions.rules": "viewer",
  "decisions.suggestions": "viewer",
  "decisions.export": "viewer",
  "integrity.agents": "viewer",
  "integrity.recheck": "viewer",
  "incidents.list": "viewer",
  "incidents.acknowledge": "operator",
  "ingestion.health": "operator",
  "ingestion.refusals": "operator",

  "me.show": "viewer",
  "me.tenants": "person",
  "me.switchTenant": "person",
  "me.sessions": "person",
  "me.endSession": "person",
  "me.endSessions": "person",

  "agents.register": "operator",
  "agents.label": "operator",
  "agents.revoke": "operator",

  "keys.list": "admin",
  "keys.create": "admin",
  "keys.rotate": "admin",
  "keys.revoke": "admin",
  "tokens.list": "admin",
  "tokens.create": "admin",
  "tokens.revoke": "admin",
  "members.list": "admin",
  "members.setRole": "admin",
  "members.remove": "admin",
  "invitations.list": "admin",
  "invitations.create": "admin",
  "invitations.revoke": "admin",
  "settings.show": "admin",
  "settings.limits": "admin",
  "settings.update": "admin",
  "settings.export": "admin",
  "audit.list": "admin",
  "audit.verify": "admin",

  "platform.tenants.create": "platform",
  "platform.tenants.list": "platform",
  "platform.tenants.suspend": "platform",
  "platform.tenants.limits": "platform",
  "platform.tenants.setLimits": "platform",
  "platform.tenants.delete": "platform",
  "platform.invitations.create": "platform",
  "platform.keys.create": "platform",
  "platform.keys.rotate": "platform",
  "platform.keys.revoke": "platform",
  "platform.keys.list": "platform",
  "platform.keyring.rotate": "platform",
} as const satisfies Record<string, Need>;

export const needs: ReadonlyMap<string, Need> = new Map(Object.entries(table));
