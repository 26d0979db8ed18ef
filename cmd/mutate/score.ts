/** Reads a report of Stryker's: how many breaks were noticed, and where the others lie. Pure. */

/** The part of the mutation testing report schema that is read here. */
export type Mutants = {
  files: Record<
    string,
    {
      mutants: readonly {
        mutatorName: string;
        replacement?: string;
        status: string;
        location: { start: { line: number } };
      }[];
    }
  >;
};

export type Score = { percent: number; noticed: number; survived: number };

/** By a test that fails, or one that never ends. */
const noticedBy = ["Killed", "Timeout"];
const overlooked = ["Survived", "NoCoverage"];

/** What does not compile or was left out counts for neither. */
export function scoreOf({ files }: Mutants): Score {
  const all = Object.values(files).flatMap(({ mutants }) => mutants);
  const count = (statuses: readonly string[]): number =>
    all.filter(({ status }) => statuses.includes(status)).length;
  const [noticed, survived] = [count(noticedBy), count(overlooked)];
  const percent = noticed + survived === 0 ? 0 : (100 * noticed) / (noticed + survived);
  return { percent: Math.round(percent * 10) / 10, noticed, survived };
}

/** One line each: where, and what was there instead. */
export function survivorsOf({ files }: Mutants): string[] {
  return Object.entries(files).flatMap(([file, { mutants }]) =>
    mutants
      .filter(({ status }) => overlooked.includes(status))
      .map(({ location, mutatorName, replacement = "" }) => {
        const text = replacement.replace(/\s+/g, " ").slice(0, 100);
        return `overlooked: ${file}:${location.start.line} ${mutatorName}: ${text}`;
      }),
  );
}
