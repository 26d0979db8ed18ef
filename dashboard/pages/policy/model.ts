/** What became of the prompts of some days, in the few sorts that a person tells apart at a glance. */
import type { DaysView } from "../../../contracts/dashboard.ts";

type Outcome = keyof DaysView["days"][0]["outcomes"];

const sorts: readonly { name: string; colour: string; of: readonly Outcome[] }[] = [
  { name: "answered by policy", colour: "--good", of: ["answered"] },
  { name: "answered by you", colour: "--info", of: ["person"] },
  { name: "denied", colour: "--bad", of: ["denied"] },
  {
    name: "without an answer",
    colour: "--line-strong",
    of: ["expired", "withdrawn", "no_effect", "interrupted", "session_ended"],
  },
];

export function trendSeries({ days }: DaysView) {
  return sorts.map(({ name, colour, of }) => ({
    name,
    colour,
    values: days.map(({ outcomes }) => of.reduce((sum, one) => sum + (outcomes[one] ?? 0), 0)),
  }));
}

export function shareAnswered(view: DaysView): { prompts: number; answered: number } {
  const [answered, ...others] = trendSeries(view).map(({ values }) =>
    values.reduce((sum, value) => sum + value, 0),
  );
  return {
    prompts: (answered ?? 0) + others.reduce((sum, value) => sum + value, 0),
    answered: answered ?? 0,
  };
}
