/** The numbered migrations, in their order: forward only, never changed once they were released. */
import tenantsAndKeys from "./migrations/0001-tenants-and-keys.sql" with { type: "text" };
import traces from "./migrations/0002-traces.sql" with { type: "text" };
import people from "./migrations/0003-people.sql" with { type: "text" };
import reading from "./migrations/0004-reading.sql" with { type: "text" };
import tenantLife from "./migrations/0005-tenant-life.sql" with { type: "text" };
import evenLookup from "./migrations/0006-even-lookup.sql" with { type: "text" };
import days from "./migrations/0007-days.sql" with { type: "text" };
import sessionSorts from "./migrations/0008-session-sorts.sql" with { type: "text" };
import mentions from "./migrations/0009-mentions.sql" with { type: "text" };
import daysByHours from "./migrations/0010-days-by-hours.sql" with { type: "text" };
import limits from "./migrations/0011-limits.sql" with { type: "text" };
import narrowSearch from "./migrations/0012-narrow-search.sql" with { type: "text" };
import countedNames from "./migrations/0013-counted-names.sql" with { type: "text" };
import ownKeys from "./migrations/0014-own-keys.sql" with { type: "text" };

export type Migration = { number: number; name: string; text: string };

export const migrations: readonly Migration[] = [
  { number: 1, name: "tenants-and-keys", text: tenantsAndKeys },
  { number: 2, name: "traces", text: traces },
  { number: 3, name: "people", text: people },
  { number: 4, name: "reading", text: reading },
  { number: 5, name: "tenant-life", text: tenantLife },
  { number: 6, name: "even-lookup", text: evenLookup },
  { number: 7, name: "days", text: days },
  { number: 8, name: "session-sorts", text: sessionSorts },
  { number: 9, name: "mentions", text: mentions },
  { number: 10, name: "days-by-hours", text: daysByHours },
  { number: 11, name: "limits", text: limits },
  { number: 12, name: "narrow-search", text: narrowSearch },
  { number: 13, name: "counted-names", text: countedNames },
  { number: 14, name: "own-keys", text: ownKeys },
];
