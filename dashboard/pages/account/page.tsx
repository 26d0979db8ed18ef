/** Me: who I am here, where I am signed in, and how this browser shows it. */
import { createSignal, For, Show } from "solid-js";
import { cloud } from "../../cloud-api.ts";
import { me, moveTo, tenants } from "../../fleet.ts";
import { Choice } from "../../parts/choice.tsx";
import {
  chooseDensity,
  chooseShortcuts,
  chooseTheme,
  density,
  shortcuts,
  theme,
} from "../../parts/preferences.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Table } from "../../parts/table.tsx";
import { Line, Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { toast } from "../../parts/toast.tsx";
import { visible } from "../../parts/visible.ts";

export function Account() {
  return (
    <div class="page">
      <div class="page-head">
        <h1>
          <Said text={me()?.name || "You"} />
        </h1>
        <span class="chip">{me()?.role}</span>
        <p class="soft">
          <Said text={me()?.email ?? ""} /> in <Said text={me()?.tenant_name ?? ""} />
        </p>
      </div>
      <Organisations />
      <WebSessions />
      <Looks />
    </div>
  );
}

/** Everything that is looked at is of one of them. */
function Organisations() {
  const [isMoving, setMoving] = createSignal(false);
  const move = async (id: string): Promise<void> => {
    setMoving(true);
    try {
      await moveTo(id);
    } catch (error) {
      setMoving(false);
      toast(error instanceof Error ? error.message : "it failed", "bad");
    }
  };
  return (
    <section class="card" aria-labelledby="organisations">
      <div class="card-head">
        <h2 id="organisations">Organisations</h2>
        <span class="small soft">you look at one at a time</span>
      </div>
      <ul class="rows">
        <For each={tenants()}>
          {(one) => (
            <li class="list-row organisation">
              <Line text={one.name} />
              <span>
                <Show when={one.is_suspended}>
                  <span class="chip bad">suspended</span>
                </Show>
                <Show when={one.is_current}>
                  <span class="chip">{me()?.role}</span>
                </Show>
              </span>
              <Show when={!one.is_current} fallback={<span class="chip good">this one</span>}>
                <button
                  type="button"
                  class="button small"
                  disabled={isMoving() || one.is_suspended}
                  onClick={() => void move(one.tenant_id)}
                >
                  Go there
                  <span class="unseen"> {visible(one.name.slice(0, 80))}</span>
                </button>
              </Show>
            </li>
          )}
        </For>
      </ul>
    </section>
  );
}

function WebSessions() {
  const asked = useAsked(
    () => true,
    async () => await cloud.me.sessions.query(),
  );
  const end = async (work: () => Promise<unknown>, said: string): Promise<void> => {
    try {
      await work();
      toast(said, "good");
      asked.again();
    } catch (error) {
      toast(error instanceof Error ? error.message : "it failed", "bad");
    }
  };
  const endAll = async (): Promise<void> => {
    await cloud.me.endSessions.mutate({ keep_this: false });
    location.assign("/auth/sign-in");
  };
  return (
    <section class="card" aria-labelledby="where">
      <div class="card-head">
        <h2 id="where">Where I am signed in</h2>
        <span class="end row-wrap">
          <button
            type="button"
            class="button small"
            onClick={() =>
              void end(
                () => cloud.me.endSessions.mutate({ keep_this: true }),
                "Signed out everywhere else",
              )
            }
          >
            Sign out everywhere else
          </button>
          <button
            type="button"
            class="button small danger"
            onClick={() => void end(endAll, "Signed out everywhere")}
          >
            Sign out everywhere
          </button>
        </span>
      </div>
      <Shown asked={asked} what="sessions" lines={2}>
        {(rows) => (
          <Table
            label="Where I am signed in"
            head={["Browser", "Organisation", "Signed in", "Last seen", ""]}
          >
            <For each={rows()}>
              {(row) => (
                <WebSession
                  row={row}
                  end={() =>
                    void end(
                      () => cloud.me.endSession.mutate({ session_id: row.session_id }),
                      "It is signed out",
                    )
                  }
                />
              )}
            </For>
          </Table>
        )}
      </Shown>
    </section>
  );
}

type WebSessionRow = Awaited<ReturnType<typeof cloud.me.sessions.query>>[number];

function WebSession(props: { row: WebSessionRow; end(): void }) {
  return (
    <tr data-row tabindex="-1">
      <th scope="row">
        <Said text={props.row.browser === "" ? "unknown" : props.row.browser} />
      </th>
      <td>
        <Said text={props.row.tenant_name} />
      </td>
      <td class="nowrap">
        <When at={props.row.signed_in_at} />
      </td>
      <td class="nowrap">
        <When at={props.row.last_seen_at} />
      </td>
      <td class="num">
        <Show when={!props.row.is_current} fallback={<span class="chip good">this one</span>}>
          <button type="button" class="button small" onClick={() => props.end()}>
            Sign out
          </button>
        </Show>
      </td>
    </tr>
  );
}

function Looks() {
  return (
    <section class="card" aria-labelledby="looks">
      <div class="card-head">
        <h2 id="looks">This browser</h2>
        <span class="small soft">kept here alone</span>
      </div>
      <div class="card-body filters">
        <Choice
          name="Theme"
          value={theme()}
          set={(value) => chooseTheme(value === "light" || value === "dark" ? value : "system")}
        >
          {[
            ["system", "as the system"],
            ["light", "light"],
            ["dark", "dark"],
          ]}
        </Choice>
        <Choice
          name="Density"
          value={density()}
          set={(value) => chooseDensity(value === "compact" ? "compact" : "comfortable")}
        >
          {[
            ["comfortable", "comfortable"],
            ["compact", "compact"],
          ]}
        </Choice>
        <Choice
          name="Single keys"
          value={shortcuts()}
          set={(value) => chooseShortcuts(value === "off" ? "off" : "on")}
        >
          {[
            ["on", "single keys act"],
            ["off", "single keys do nothing"],
          ]}
        </Choice>
      </div>
    </section>
  );
}
