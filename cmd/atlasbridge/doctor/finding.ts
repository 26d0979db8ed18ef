/** One thing that doctor looked at. */
export type Finding = {
  name: string;
  status: "ok" | "warning" | "failed";
  detail: string;
  /** A command to run or a thing to do; null when nothing is to be done. */
  fix: string | null;
};
