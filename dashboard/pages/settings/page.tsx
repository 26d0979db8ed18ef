/** The machine's settings, each with what it is for; and what one prefers on this browser. */
import { createSignal, For, Show } from "solid-js";
import { api } from "../../api.ts";
import {
  chooseDensity,
  chooseNotifying,
  chooseShortcuts,
  chooseTheme,
  density,
  notifying,
  shortcuts,
  theme,
} from "../../parts/preferences.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { toast } from "../../parts/toast.tsx";
import { boundTo, isSwitch, sayValue } from "./model.ts";
import "./settings.css";

export function Settings() {
  const asked = useAsked(
    () => true,
    async () => await api.settings.list.query(),
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Settings</h1>
      </div>
      <Browser />
      <Shown asked={asked} what="the settings" lines={10}>
        {(view) => (
          <section class="card" aria-labelledby="machine">
            <div class="card-head">
              <h2 id="machine">This machine</h2>
              <span class="soft small mono">{view().file}</span>
              <span class="end small soft">for sessions started from now on</span>
            </div>
            <ul class="rows">
              <For each={view().settings}>
                {(setting) => <Setting setting={setting} changed={asked.again} />}
              </For>
            </ul>
          </section>
        )}
      </Shown>
    </div>
  );
}

function Browser() {
  return (
    <section class="card" aria-labelledby="browser">
      <div class="card-head">
        <h2 id="browser">This browser</h2>
      </div>
      <div class="card-body choices">
        <Choice
          label="Theme"
          value={theme()}
          choose={chooseTheme}
          choices={[
            ["system", "as the system"],
            ["light", "light"],
            ["dark", "dark"],
          ]}
        />
        <Choice
          label="Density"
          value={density()}
          choose={chooseDensity}
          choices={[
            ["comfortable", "comfortable"],
            ["compact", "compact"],
          ]}
        />
        <Choice
          label="Single keys"
          value={shortcuts()}
          choose={chooseShortcuts}
          choices={[
            ["on", "act on the page"],
            ["off", "do nothing"],
          ]}
        />
        <Choice
          label="Notify when something waits"
          value={notifying()}
          choose={(wanted) => void notify(wanted)}
          choices={[
            ["off", "no"],
            ["on", "yes, when this page is not in front"],
          ]}
        />
      </div>
    </section>
  );
}

function Choice<T extends string>(props: {
  label: string;
  value: T;
  choices: readonly (readonly [T, string])[];
  choose(value: T): void;
}) {
  return (
    <label class="field">
      <span class="label">{props.label}</span>
      <select
        class="input"
        value={props.value}
        onChange={({ currentTarget }) => {
          const chosen = props.choices.find(([one]) => one === currentTarget.value);
          if (chosen !== undefined) props.choose(chosen[0]);
        }}
      >
        <For each={props.choices}>{([one, text]) => <option value={one}>{text}</option>}</For>
      </select>
    </label>
  );
}

/** The browser asks the person; without its leave there is nothing to choose. */
async function notify(wanted: "on" | "off"): Promise<void> {
  if (wanted === "on" && (await Notification.requestPermission()) !== "granted") {
    toast("The browser does not allow notifications of this page", "bad");
    chooseNotifying("off");
    return;
  }
  chooseNotifying(wanted);
}

type One = Awaited<ReturnType<typeof api.settings.list.query>>["settings"][0];

function Setting(props: { setting: One; changed(): void }) {
  const [isBusy, setBusy] = createSignal(false);

  async function change(value: string | null): Promise<void> {
    setBusy(true);
    try {
      await api.settings.set.mutate({ key: props.setting.key, value });
      toast(`${props.setting.key} is changed`, "good");
    } catch (error) {
      toast(error instanceof Error ? error.message : "it could not be changed", "bad");
    } finally {
      setBusy(false);
      props.changed();
    }
  }

  return (
    <li class="setting" data-row tabindex="-1">
      <div>
        <label for={nameOf(props.setting)}>
          <code>{props.setting.key}</code>
        </label>
        <p class="small soft">{props.setting.description}</p>
        <Show when={props.setting.from === "variable"}>
          <p class="small bad-text">
            the variable <code>{props.setting.variable}</code> is set here and goes before the file
          </p>
        </Show>
      </div>
      <Value setting={props.setting} isBusy={isBusy()} change={(value) => void change(value)} />
    </li>
  );
}

const nameOf = ({ key }: One): string => `setting-${key}`;

function Value(props: { setting: One; isBusy: boolean; change(value: string | null): void }) {
  return (
    <div class="row-wrap value">
      <Show
        when={isSwitch(props.setting)}
        fallback={
          <input
            id={nameOf(props.setting)}
            class="input mono"
            disabled={props.isBusy}
            value={sayValue(props.setting.value)}
            onChange={({ currentTarget }) => props.change(currentTarget.value)}
          />
        }
      >
        <input
          id={nameOf(props.setting)}
          type="checkbox"
          role="switch"
          class="switch"
          disabled={props.isBusy}
          checked={props.setting.value === true}
          onChange={({ currentTarget }) => props.change(String(currentTarget.checked))}
        />
      </Show>
      <Show when={props.setting.from === "file"}>
        <button
          type="button"
          class="button small"
          disabled={props.isBusy}
          aria-label={`${props.setting.key}: back to the default`}
          onClick={() => props.change(null)}
        >
          Default
        </button>
      </Show>
      <Show when={boundTo(props.setting)}>
        {(text) => <span class="small soft">{text()}</span>}
      </Show>
    </div>
  );
}
