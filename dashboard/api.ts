/** The one way to the local server, typed by its router; and how a browser that was let in proves it. */
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import type { LocalRouter } from "./routers.ts";

const keptAs = "atlasbridge-page";

/** The half of the admission that the link brought is kept for this origin, and leaves the address. */
function takeKey(): string {
  const given = /^#key=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) localStorage.setItem(keptAs, given);
  if (given !== undefined || location.hash === "#used") {
    history.replaceState(history.state, "", location.pathname + location.search);
  }
  return given ?? localStorage.getItem(keptAs) ?? "";
}

const key = takeKey();

/** Read again for each request: a new link may have been opened in another tab. */
const pageKey = (): string => localStorage.getItem(keptAs) ?? key;

export const api = createTRPCClient<LocalRouter>({
  links: [
    splitLink({
      condition: ({ type }) => type === "subscription",
      true: httpSubscriptionLink({
        url: "/trpc",
        // The browser makes this request itself, without headers of ours.
        connectionParams: () => ({ page: pageKey() }),
      }),
      // Not in batches: what takes seconds would hold up what does not.
      false: httpLink({
        url: "/trpc",
        headers: () => ({ "x-atlasbridge-page": pageKey() }),
      }),
    }),
  ],
});

/** A recording's lines. Throws where there is none. */
export async function fetchCast(id: string): Promise<string> {
  return await (await get(`/cast/${id}`)).text();
}

/** Saves a report: of one session, or of `all`. */
export async function saveReport(what: string): Promise<void> {
  const blob = await (await get(`/report/${what}`)).blob();
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  link.download = `atlasbridge-${what}.html`;
  link.click();
  URL.revokeObjectURL(link.href);
}

async function get(path: string): Promise<Response> {
  const response = await fetch(path, { headers: { "x-atlasbridge-page": pageKey() } });
  if (!response.ok) throw new Error((await response.text()).trim());
  return response;
}

/** How the line to the server stands: a stream that breaks does not say why. */
export async function lineNow(): Promise<"up" | "forbidden" | "offline"> {
  try {
    const headers = { "x-atlasbridge-page": pageKey() };
    const { status } = await fetch("/trpc/line", { headers });
    return status === 401 ? "forbidden" : "up";
  } catch {
    // No answer at all.
    return "offline";
  }
}
