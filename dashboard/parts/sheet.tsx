/** What lies above the page: a sheet with words, a question before something is done, and a short form. */
import { Dialog } from "@kobalte/core/dialog";
import { createSignal, createUniqueId, For, type JSX, Show } from "solid-js";
import { visible } from "./visible.ts";

export function Sheet(props: { title: string; close(): void; children: JSX.Element }) {
  return (
    <Dialog open onOpenChange={(open) => !open && props.close()}>
      <Dialog.Portal>
        <Dialog.Overlay class="overlay" />
        <Dialog.Content class="dialog stack">
          <Dialog.Title class="sheet-title">{props.title}</Dialog.Title>
          {props.children}
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog>
  );
}

/** Runs once at a time; what goes wrong is told where it was asked for. */
function useAct(run: () => Promise<void>) {
  const [isBusy, setBusy] = createSignal(false);
  const [fault, setFault] = createSignal<string | null>(null);
  const act = async (): Promise<void> => {
    setBusy(true);
    setFault(null);
    try {
      await run();
    } catch (error) {
      setFault(sentenceOf(error));
    } finally {
      setBusy(false);
    }
  };
  return { isBusy, fault, act };
}

/** A schema's complaint is a list as JSON: its first sentence is for people. */
function sentenceOf(error: unknown): string {
  const text = error instanceof Error ? error.message : "it failed";
  try {
    const [first]: { message?: unknown }[] = JSON.parse(text);
    return typeof first?.message === "string" ? first.message : text;
  } catch {
    // It was a sentence already.
    return text;
  }
}

function Fault(props: { text: string | null }) {
  return (
    <Show when={props.text}>
      {(text) => (
        <p class="bad-text" role="alert">
          {visible(text().slice(0, 500))}
        </p>
      )}
    </Show>
  );
}

export function Confirm(props: {
  title: string;
  text: string;
  act: string;
  close(): void;
  run(): Promise<void>;
}) {
  const acting = useAct(async () => {
    await props.run();
    props.close();
  });
  return (
    <Sheet title={props.title} close={props.close}>
      <p>{visible(props.text)}</p>
      <Fault text={acting.fault()} />
      <div class="row-wrap end">
        <button type="button" class="button" onClick={() => props.close()}>
          Cancel
        </button>
        <button
          type="button"
          class="button danger"
          disabled={acting.isBusy()}
          onClick={() => void acting.act()}
        >
          {props.act}
        </button>
      </div>
    </Sheet>
  );
}

export type Field = {
  name: string;
  text: string;
  type?: "text" | "number" | "email";
  value?: string;
  placeholder?: string;
  max?: number;
  required?: boolean;
  /** One of these, instead of a text. */
  choices?: readonly string[];
};

type FormProps = {
  title: string;
  act: string;
  note?: string;
  fields: readonly Field[];
  close(): void;
  submit(values: Partial<Record<string, string>>): Promise<void>;
};

/** It closes itself when whoever uses it takes it away: what was made may have to be shown first. */
export function Form(props: FormProps) {
  let form: HTMLFormElement | undefined;
  const acting = useAct(async () => {
    if (form === undefined) return;
    const values: Record<string, string> = {};
    for (const [name, value] of new FormData(form)) {
      if (typeof value === "string") values[name] = value.trim();
    }
    await props.submit(values);
  });
  return (
    <Sheet title={props.title} close={props.close}>
      <form
        class="form"
        ref={(element) => (form = element)}
        onSubmit={(event) => {
          event.preventDefault();
          void acting.act();
        }}
      >
        <Show when={props.note}>{(note) => <p class="soft small">{note()}</p>}</Show>
        <For each={props.fields}>{(field) => <OneField field={field} />}</For>
        <Fault text={acting.fault()} />
        <div class="row-wrap end">
          <button type="button" class="button" onClick={() => props.close()}>
            Cancel
          </button>
          <button type="submit" class="button primary" disabled={acting.isBusy()}>
            {props.act}
          </button>
        </div>
      </form>
    </Sheet>
  );
}

function OneField(props: { field: Field }) {
  const id = createUniqueId();
  const field = () => props.field;
  return (
    <div class="field">
      <label for={id}>{field().text}</label>
      <Show
        when={field().choices}
        fallback={
          <input
            class="input"
            id={id}
            name={field().name}
            type={field().type ?? "text"}
            value={field().value ?? ""}
            placeholder={field().placeholder ?? ""}
            maxLength={field().max ?? 320}
            required={field().required === true}
            autocomplete="off"
          />
        }
      >
        {(choices) => (
          <select class="input" id={id} name={field().name}>
            <For each={choices()}>
              {(choice) => (
                <option value={choice} selected={choice === field().value}>
                  {choice}
                </option>
              )}
            </For>
          </select>
        )}
      </Show>
    </div>
  );
}
