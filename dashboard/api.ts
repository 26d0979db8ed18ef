/** The one way to the server, typed by its router; and how a browser that was let in proves it. */
import { createTRPCClient, httpBatchLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import type { LocalRouter } from "../runtime/operator/local-router.ts";

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
      false: httpBatchLink({
        url: "/trpc",
        headers: () => ({ "x-atlasbridge-page": pageKey() }),
      }),
    }),
  ],
});

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
