/** Lists as files: the same rows as on the page, filtered alike, up to a bound. */
import {
  type DecisionsInput,
  type ExportFormat,
  exportRowsMax,
  type ExportView,
  pageRowsMax,
  type SessionsInput,
} from "../../contracts/cloud-views.ts";
import { momentToIso } from "../../contracts/moment.ts";
import { listDecisions } from "../decisions/list.ts";
import type { Transaction } from "../store/pool.ts";
import { type Cell, csvOf, jsonLinesOf } from "../store/table-text.ts";
import { listSessions } from "./list.ts";

type Row = Readonly<Record<string, Cell>>;
type Page<R> = { rows: R[]; next: string | null };

/** All pages of a list, or the first rows of it where there are more than fit a file. */
async function all<R extends Row>(
  page: (cursor: string | undefined) => Promise<Page<R>>,
): Promise<{ rows: R[]; isWhole: boolean }> {
  const rows: R[] = [];
  let cursor: string | undefined;
  while (rows.length < exportRowsMax) {
    const { rows: more, next } = await page(cursor);
    rows.push(...more);
    if (next === null) return { rows, isWhole: true };
    cursor = next;
  }
  return { rows: rows.slice(0, exportRowsMax), isWhole: false };
}

function fileOf(
  name: string,
  format: ExportFormat,
  { rows, isWhole }: { rows: readonly Row[]; isWhole: boolean },
): ExportView {
  const shown = rows.map(readable);
  const columns = Object.keys(shown[0] ?? {});
  const isCsv = format === "csv";
  return {
    name: `${name}.${format}`,
    type: isCsv ? "text/csv" : "application/jsonl",
    rows: rows.length,
    is_whole: isWhole,
    text: isCsv ? csvOf(columns, shown) : jsonLinesOf(shown),
  };
}

/** Times as people and spreadsheets read them. */
function readable(row: Row): Row {
  const cells = Object.entries(row).map(([name, value]): [string, Cell] => {
    const isTime = (name === "at" || name.endsWith("_at")) && typeof value === "number";
    return [name, isTime ? momentToIso(value) : value];
  });
  return Object.fromEntries(cells);
}

export async function exportSessions(
  sql: Transaction,
  tenantId: string,
  { format, ...input }: SessionsInput & { format: ExportFormat },
): Promise<ExportView> {
  const page = (cursor: string | undefined) =>
    listSessions(sql, tenantId, { ...input, cursor, rows: pageRowsMax });
  return fileOf("sessions", format, await all(page));
}

export async function exportDecisions(
  sql: Transaction,
  tenantId: string,
  { format, ...input }: DecisionsInput & { format: ExportFormat },
): Promise<ExportView> {
  const page = (cursor: string | undefined) =>
    listDecisions(sql, tenantId, { ...input, cursor, rows: pageRowsMax });
  return fileOf("decisions", format, await all(page));
}
