/** The types of the two routers: the one place where the dashboard knows the programs behind it. */
import type { LocalRouter } from "../runtime/operator/local-router.ts";
import type { AppRouter } from "../cloud/router.ts";

export type { AppRouter, LocalRouter };
