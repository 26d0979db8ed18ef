/** Beside every page: the organisation that is looked at, the ones to change to, and who is signed in. */
import { A } from "@solidjs/router";
import { createSignal, For, Show } from "solid-js";
import { me, moveTo, tenants } from "../../fleet.ts";
import { Line } from "../../parts/text.tsx";
import { toast } from "../../parts/toast.tsx";
import { visible } from "../../parts/visible.ts";

export function TenantSwitch() {
  const [isMoving, setMoving] = createSignal(false);
  const move = async (select: HTMLSelectElement): Promise<void> => {
    setMoving(true);
    try {
      await moveTo(select.value);
    } catch (error) {
      setMoving(false);
      select.value = me()?.tenant_id ?? "";
      toast(error instanceof Error ? error.message : "it failed", "bad");
    }
  };
  return (
    <Show
      when={tenants().length > 1}
      fallback={
        <p class="tenant">
          <Line text={me()?.tenant_name ?? ""} />
        </p>
      }
    >
      <select
        class="input tenant"
        aria-label="Organisation"
        disabled={isMoving()}
        onChange={({ currentTarget }) => void move(currentTarget)}
      >
        <For each={tenants()}>
          {(one) => (
            <option value={one.tenant_id} selected={one.is_current} disabled={one.is_suspended}>
              {visible(one.name.slice(0, 80))}
              {one.is_suspended ? " (suspended)" : ""}
            </option>
          )}
        </For>
      </select>
    </Show>
  );
}

export function WhoIsIn() {
  const who = () => me()?.name || me()?.email || "";
  return (
    <div class="who">
      <A href="/account" class="who-name" title={me()?.email ?? ""}>
        <Line text={who()} />
        <span class="chip">{me()?.role}</span>
      </A>
      <form method="post" action="/auth/sign-out">
        <button class="button quiet small" type="submit">
          Sign out
        </button>
      </form>
    </div>
  );
}
