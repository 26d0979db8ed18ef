/** A table that scrolls by itself where it is too wide, also by keyboard. */
import { For, type JSX } from "solid-js";

type Column = string | { text: string; class: string };

export function Table(props: { label: string; head: readonly Column[]; children: JSX.Element }) {
  return (
    <div class="table-wrap" tabindex="0" role="group" aria-label={props.label}>
      <table>
        <thead>
          <tr>
            <For each={props.head}>
              {(column) => {
                const { text, class: of } =
                  typeof column === "string" ? { text: column, class: "" } : column;
                return (
                  <th scope="col" class={of}>
                    {text === "" ? <span class="unseen">What can be done</span> : text}
                  </th>
                );
              }}
            </For>
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}
