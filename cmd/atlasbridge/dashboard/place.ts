/** Where the dashboard listens unless it is told otherwise. */

export const dashboardPort = 41_520;
/** This machine alone. */
export const loopback = ["127.0.0.1", "::1"];
