/** Asks the policy about a prompt that somebody makes up: nothing is typed anywhere. */
import { useSearchParams } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { promptKinds } from "./kinds.ts";
import { api } from "../../api.ts";
import { Explanation } from "../../parts/explanation.tsx";
import { Failed } from "../../parts/states.tsx";

type Told = Awaited<ReturnType<typeof api.policy.test.mutate>>;
type Asked = Parameters<typeof api.policy.test.mutate>[0];

type Field = "question" | "command" | "tool" | "cwd" | "kind";
type Params = Partial<Record<Field, string>>;

/** What was left empty is left out: then it is plain. */
function askedIn({ question = "", kind, ...texts }: Params): Asked {
  const known = promptKinds.find((one) => one === kind);
  const given = Object.entries(texts).filter(([, text]) => text !== undefined && text !== "");
  return {
    question,
    ...(known === undefined ? {} : { kind: known }),
    ...Object.fromEntries(given),
  };
}

export function Test() {
  const [params] = useSearchParams<Params>();
  const [told, setTold] = createSignal<Told | null>(null);
  const [error, setError] = createSignal<unknown>(null);
  const [isAsking, setAsking] = createSignal(false);

  async function ask(): Promise<void> {
    setAsking(true);
    setError(null);
    try {
      const { question, command, tool, cwd, kind } = params;
      const given = Object.entries({ question, command, tool, cwd, kind });
      setTold(await api.policy.test.mutate(askedIn(Object.fromEntries(given))));
    } catch (failure) {
      setTold(null);
      setError(failure);
    } finally {
      setAsking(false);
    }
  }

  return (
    <div class="stack gap">
      <Form isAsking={isAsking()} ask={() => void ask()} />
      <div aria-live="polite">
        <Show when={error() !== null}>
          <Failed error={error()} />
        </Show>
        <Show when={told()}>
          {(view) => (
            <section class="card card-body" aria-label="What the policy says">
              <Explanation view={view()} />
            </section>
          )}
        </Show>
      </div>
    </div>
  );
}

/** What is written in it is the page's address: a question can be handed on. */
function Form(props: { isAsking: boolean; ask(): void }) {
  const [params, setParams] = useSearchParams<Params>();
  const set = (name: Field, value: string): void =>
    setParams({ [name]: value === "" ? null : value }, { replace: true, scroll: false });
  return (
    <form
      class="card card-body test-form"
      onSubmit={(event) => {
        event.preventDefault();
        props.ask();
      }}
    >
      <div class="field whole">
        <label for="test-question">What the tool asks</label>
        <textarea
          id="test-question"
          class="input"
          rows="2"
          required
          maxLength={4_096}
          placeholder="Do you want to proceed? [y/n]"
          value={params.question ?? ""}
          onInput={({ currentTarget }) => set("question", currentTarget.value)}
        />
      </div>
      <For each={texts}>
        {({ name, label, placeholder }) => (
          <div class="field">
            <label for={`test-${name}`}>{label}</label>
            <input
              id={`test-${name}`}
              class="input mono"
              placeholder={placeholder}
              autocomplete="off"
              spellcheck={false}
              value={params[name] ?? ""}
              onInput={({ currentTarget }) => set(name, currentTarget.value)}
            />
          </div>
        )}
      </For>
      <KindField value={params.kind ?? ""} set={(value) => set("kind", value)} />
      <div class="whole row-wrap">
        <button type="submit" class="button primary" disabled={props.isAsking}>
          {props.isAsking ? "Asking…" : "Ask the policy"}
        </button>
        <span class="small soft">Nothing is typed anywhere, and nothing is recorded.</span>
      </div>
    </form>
  );
}

const texts = [
  { name: "command", label: "Command it wants to run", placeholder: "git push --force" },
  { name: "tool", label: "Tool", placeholder: "claude" },
  { name: "cwd", label: "Folder", placeholder: "/home/me/project" },
] as const;

function KindField(props: { value: string; set(value: string): void }) {
  return (
    <div class="field">
      <label for="test-kind">Kind</label>
      <select
        id="test-kind"
        class="input"
        value={props.value}
        onChange={({ currentTarget }) => props.set(currentTarget.value)}
      >
        <option value="">yes or no</option>
        <For each={promptKinds}>
          {(kind) => <option value={kind}>{kind.replaceAll("_", " ")}</option>}
        </For>
      </select>
    </div>
  );
}
