/** Rows of the service, page after page: what is asked later never overtakes what is newer. */
import { createSignal } from "solid-js";

type Page<R, C> = { rows: readonly R[]; next: C | null };
export type Status = "loading" | "there" | { error: unknown };

export type Pages<R> = {
  rows: () => readonly R[];
  status: () => Status;
  isAsking: () => boolean;
  hasMore: () => boolean;
  /** The last page was not full though there is a next one: so much was looked through for it. */
  isSparse: () => boolean;
  more(): void;
  /** From the top; what was there stays until it has come. */
  anew(): void;
  /** What is there may be others by now: it is asked for again, as many pages as were looked at. */
  refresh(): void;
};

type How<R> = {
  /** What tells one row from another. */
  key(row: R): string;
  /** So many fill a page. */
  full: number;
};

/** Pages that are asked for again; rows behind them stay as they are. */
const refreshedMax = 3;

export function usePages<R, C>(
  ask: (cursor: C | null) => Promise<Page<R, C>>,
  { key, full }: How<R>,
): Pages<R> {
  const [rows, setRows] = createSignal<readonly R[]>([]);
  const [last, setLast] = createSignal<{ next: C | null; isFull: boolean }>(none);
  const [status, setStatus] = createSignal<Status>("loading");
  const [isAsking, setAsking] = createSignal(false);
  let asked = 0;
  let pagesThere = 0;

  /** Null where something else was asked for meanwhile. */
  const load = async <T>(work: () => Promise<T>): Promise<T | null> => {
    asked += 1;
    const mine = asked;
    setAsking(true);
    try {
      const found = await work();
      return mine === asked ? found : null;
    } catch (error) {
      if (mine === asked) setStatus({ error });
      return null;
    } finally {
      if (mine === asked) setAsking(false);
    }
  };
  const end = ({ rows: of, next }: Page<R, C>): void => {
    setLast({ next, isFull: of.length >= full });
    setStatus("there");
  };
  const from = async (cursor: C | null): Promise<void> => {
    const page = await load(() => ask(cursor));
    if (page === null) return;
    setRows((before) => (cursor === null ? page.rows : [...before, ...page.rows]));
    pagesThere = cursor === null ? 1 : pagesThere + 1;
    end(page);
  };
  const again = async (): Promise<void> => {
    const fresh = await load(() => firstPages(ask, Math.min(pagesThere, refreshedMax)));
    const lastPage = fresh?.at(-1);
    if (fresh === null || lastPage === undefined) return;
    const found = fresh.flatMap((page) => page.rows);
    setRows((before) => (pagesThere > refreshedMax ? withRest(found, before, key) : found));
    if (pagesThere > refreshedMax) return;
    pagesThere = fresh.length;
    end(lastPage);
  };
  return {
    rows,
    status,
    isAsking,
    hasMore: () => last().next !== null,
    isSparse: () => last().next !== null && !last().isFull,
    more() {
      const { next } = last();
      if (next === null || isAsking() || status() !== "there") return;
      void from(next);
    },
    anew: () => void from(null),
    refresh: () => void (status() === "there" ? again() : from(null)),
  };
}

async function firstPages<R, C>(
  ask: (cursor: C | null) => Promise<Page<R, C>>,
  count: number,
): Promise<Page<R, C>[]> {
  const pages = [await ask(null)];
  for (let next: C | null = pages[0]?.next ?? null; pages.length < count && next !== null; ) {
    const page = await ask(next);
    pages.push(page);
    next = page.next;
  }
  return pages;
}

/** What was behind the refreshed rows, but for what stands among these by now. */
function withRest<R>(fresh: readonly R[], before: readonly R[], key: How<R>["key"]): readonly R[] {
  const known = new Set(fresh.map(key));
  return [...fresh, ...before.slice(fresh.length).filter((row) => !known.has(key(row)))];
}

const none = { next: null, isFull: true };

/** Asks anew when `wanted` is another, and again when `pulse` says that something has come. */
export function followed(
  pages: Pages<unknown>,
  before: string | undefined,
  wanted: string,
): string {
  if (before === wanted) pages.refresh();
  else pages.anew();
  return wanted;
}
