/** Tokens for programs that read or administer: a role and an end; only a hash of each is kept. */
import { createSignal, For, Show } from "solid-js";
import type { Role } from "../../../contracts/roles.ts";
import { cloud } from "../../cloud-api.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Confirm, Form, Sheet } from "../../parts/sheet.tsx";
import { Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { copy } from "../../parts/toast.tsx";
import { visible } from "../../parts/visible.ts";

type Token = Awaited<ReturnType<typeof cloud.tokens.list.query>>[number];

const dayMs = 86_400_000;

type Doing = { what: "make" } | { what: "secret"; token: string } | { what: "end"; token: Token };

export function Tokens() {
  const [doing, setDoing] = createSignal<Doing | null>(null);
  const asked = useAsked(
    () => true,
    async () => await cloud.tokens.list.query(),
  );
  return (
    <section class="card" aria-labelledby="tokens">
      <div class="card-head">
        <h2 id="tokens">Automation tokens</h2>
        <span class="small soft">for programs that call what this page calls, in a role</span>
        <button type="button" class="button small end" onClick={() => setDoing({ what: "make" })}>
          New token
        </button>
      </div>
      <Shown asked={asked} what="tokens" lines={2}>
        {(tokens) => (
          <Show
            when={tokens().length > 0}
            fallback={<p class="card-body small soft">There is none.</p>}
          >
            <TokenTable tokens={tokens()} end={(token) => setDoing({ what: "end", token })} />
          </Show>
        )}
      </Shown>
      <Dialogs doing={doing()} set={setDoing} again={asked.again} />
    </section>
  );
}

function Dialogs(props: { doing: Doing | null; set(doing: Doing | null): void; again(): void }) {
  const is = <W extends Doing["what"]>(what: W) =>
    props.doing?.what === what ? (props.doing as Extract<Doing, { what: W }>) : null;
  return (
    <>
      <Show when={is("make")}>
        <Form
          title="New token"
          act="Make the token"
          close={() => props.set(null)}
          fields={[
            { name: "label", text: "What it is for", required: true, max: 100 },
            { name: "role", text: "Role", choices: ["viewer", "operator", "admin"] },
            { name: "days", text: "Days until it ends (at most 365)", value: "90", type: "number" },
          ]}
          submit={async ({ label = "", role = "viewer", days = "90" }) => {
            const expires_at = Date.now() + Number(days) * dayMs - 60_000;
            const input = { label, role: role as Role, expires_at };
            const { token } = await cloud.tokens.create.mutate(input);
            props.set({ what: "secret", token });
            props.again();
          }}
        />
      </Show>
      <Show when={is("secret")}>
        {(made) => <Secret token={made().token} close={() => props.set(null)} />}
      </Show>
      <Show when={is("end")}>
        {(ending) => (
          <Confirm
            title="Revoke the token?"
            text={`Whatever calls with “${ending().token.label}” is refused from now on.`}
            act="Revoke"
            close={() => props.set(null)}
            run={async () => {
              await cloud.tokens.revoke.mutate({ token_id: ending().token.token_id });
              props.again();
            }}
          />
        )}
      </Show>
    </>
  );
}

function Secret(props: { token: string; close(): void }) {
  return (
    <Sheet title="The token" close={props.close}>
      <p>This is shown once.</p>
      <code class="codeblock secret">{props.token}</code>
      <div class="row-wrap end">
        <button
          type="button"
          class="button primary"
          onClick={() => void copy(props.token, "The token")}
        >
          Copy the token
        </button>
        <button type="button" class="button" onClick={() => props.close()}>
          I have kept it
        </button>
      </div>
    </Sheet>
  );
}

function TokenTable(props: { tokens: readonly Token[]; end(token: Token): void }) {
  const isOver = ({ revoked_at, expires_at }: Token) =>
    revoked_at !== null || expires_at <= Date.now();
  return (
    <div class="table-wrap" tabindex="0" role="group" aria-label="Tokens">
      <table>
        <thead>
          <tr>
            <th scope="col">For</th>
            <th scope="col">Role</th>
            <th scope="col">Made by</th>
            <th scope="col">Used</th>
            <th scope="col">Ends</th>
            <th scope="col">
              <span class="unseen">What can be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          <For each={props.tokens}>
            {(token) => (
              <tr>
                <th scope="row">
                  <Said text={token.label} />
                </th>
                <td>{token.role}</td>
                <td>
                  <Said text={token.created_by} />
                </td>
                <td>
                  <Show when={token.last_used_at} fallback="never">
                    {(at) => <When at={at()} />}
                  </Show>
                </td>
                <td>{token.revoked_at === null ? <When at={token.expires_at} /> : "revoked"}</td>
                <td class="num">
                  <Show when={!isOver(token)}>
                    <button
                      type="button"
                      class="button small danger"
                      onClick={() => props.end(token)}
                    >
                      Revoke<span class="unseen"> {visible(token.label)}</span>
                    </button>
                  </Show>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
