/** Rows of the service, page after page: what is asked later never overtakes what is newer. */
import { createSignal } from "solid-js";

type Page<R, C> = { rows: readonly R[]; next: C | null };
export type Status = "loading" | "there" | { error: unknown };

export type Pages<R> = {
  rows: () => readonly R[];
  status: () => Status;
  hasMore: () => boolean;
  more(): void;
  /** From the top; what was there stays until it has come. */
  anew(): void;
};

export function usePages<R, C>(ask: (cursor: C | null) => Promise<Page<R, C>>): Pages<R> {
  const [rows, setRows] = createSignal<readonly R[]>([]);
  const [next, setNext] = createSignal<C | null>(null);
  const [status, setStatus] = createSignal<Status>("loading");
  let asked = 0;
  const load = async (cursor: C | null): Promise<void> => {
    asked += 1;
    const mine = asked;
    try {
      const page = await ask(cursor);
      if (mine !== asked) return;
      setRows((before) => (cursor === null ? page.rows : [...before, ...page.rows]));
      setNext(() => page.next);
      setStatus("there");
    } catch (error) {
      if (mine === asked) setStatus({ error });
    }
  };
  return {
    rows,
    status,
    hasMore: () => next() !== null,
    more() {
      const cursor = next();
      if (cursor === null || status() !== "there") return;
      setNext(null);
      void load(cursor);
    },
    anew: () => void load(null),
  };
}
