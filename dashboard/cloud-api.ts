/** The one way to the service, typed by its router, and how the line to it stands. */
import { createTRPCClient, httpLink, httpSubscriptionLink, splitLink } from "@trpc/client";
import { createSignal } from "solid-js";
import type { AppRouter } from "./routers.ts";

/** `signed-out`: the session has ended, here or elsewhere. */
type CloudLine = "up" | "offline" | "signed-out";

const [cloudLine, setCloudLine] = createSignal<CloudLine>("up");
export { cloudLine };

type Fetch = (input: RequestInfo | URL | string, init?: RequestInit) => Promise<Response>;

/** Every answer tells how the line stands; what was given up does not. */
const heard: Fetch = async (input, init) => {
  try {
    const response = await fetch(input, init);
    setCloudLine(response.status === 401 ? "signed-out" : "up");
    return response;
  } catch (error) {
    if (init?.signal?.aborted !== true) setCloudLine("offline");
    throw error;
  }
};

const url = "/trpc";

export const cloud = createTRPCClient<AppRouter>({
  links: [
    splitLink({
      condition: ({ type }) => type === "subscription",
      true: httpSubscriptionLink({ url }),
      // Not in batches: what takes long would hold up what does not.
      false: httpLink({
        url,
        fetch: (input, init) => heard(input, init as RequestInit),
      }),
    }),
  ],
});
