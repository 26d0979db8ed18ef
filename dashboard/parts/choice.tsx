/** One of a few, as a list that the browser itself opens. The first is the usual. */
import { For } from "solid-js";
import { visible } from "./visible.ts";

export function Choice(props: {
  name: string;
  value: string | undefined;
  set(value: string): void;
  children: readonly (readonly [string, string] | string[])[];
}) {
  return (
    <select
      class="input narrow"
      aria-label={props.name}
      onChange={({ currentTarget: { value } }) => props.set(value)}
    >
      <For each={props.children}>
        {([value = "", text = ""]) => (
          <option value={value} selected={(props.value ?? "") === value}>
            {visible(text.slice(0, 60))}
          </option>
        )}
      </For>
    </select>
  );
}
