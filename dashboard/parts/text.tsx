/** Text from a terminal or from anybody's file: shown as text, in its own direction, its controls as pictures. */
import { Show, createSignal } from "solid-js";
import { visible } from "./visible.ts";

/** More is not laid out until it is asked for: one line of a terminal may be a book. */
const oneLineChars = 400;
const blockChars = 4_000;

/** On one line, cut where there is no more room; the rest is in its tooltip. */
export function Line(props: { text: string; class?: string }) {
  const shown = () => visible(props.text.slice(0, oneLineChars).replaceAll(/\s+/g, " ").trim());
  return (
    <bdi class={`said one ${props.class ?? ""}`} dir="auto" title={shown()}>
      {shown()}
    </bdi>
  );
}

/** Within a sentence. */
export function Said(props: { text: string; class?: string }) {
  return (
    <bdi class={`said ${props.class ?? ""}`} dir="auto">
      {visible(props.text.slice(0, oneLineChars))}
      {props.text.length > oneLineChars ? "…" : ""}
    </bdi>
  );
}

/** Lines as they are; what is very long opens on request. */
export function Block(props: { text: string; class?: string }) {
  const [isWhole, setWhole] = createSignal(false);
  const shown = () => (isWhole() ? props.text : props.text.slice(0, blockChars));
  return (
    <>
      <bdi class={`said block ${props.class ?? ""}`} dir="auto">
        {visible(shown())}
      </bdi>
      <Show when={props.text.length > blockChars && !isWhole()}>
        <button type="button" class="button small" onClick={() => setWhole(true)}>
          Show all {props.text.length.toLocaleString()} characters
        </button>
      </Show>
    </>
  );
}
