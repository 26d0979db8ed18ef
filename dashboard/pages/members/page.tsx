/** Who belongs to the organisation, in which role, and who was asked to. */
import { createSignal, For, Show } from "solid-js";
import { type Role } from "../../../contracts/roles.ts";
import { cloud } from "../../cloud-api.ts";
import { me } from "../../fleet.ts";
import { Shown, useAsked } from "../../parts/resource.tsx";
import { Confirm, Form, Sheet } from "../../parts/sheet.tsx";
import { Table } from "../../parts/table.tsx";
import { Said } from "../../parts/text.tsx";
import { When } from "../../parts/time.tsx";
import { copy, toast } from "../../parts/toast.tsx";

type Member = Awaited<ReturnType<typeof cloud.members.list.query>>[number];
type Invitation = Awaited<ReturnType<typeof cloud.invitations.list.query>>[number];
type Doing =
  | { what: "invite" }
  | { what: "link"; link: string; email: string }
  | { what: "remove"; member: Member }
  | { what: "withdraw"; invitation: Invitation };

const roles = ["viewer", "operator", "admin"] as const;
const may: Readonly<Record<Role, string>> = {
  viewer: "reads everything but people and settings",
  operator: "also names and shuts out agents, sees ingestion, acknowledges incidents",
  admin: "also keys, members, settings and the audit log",
};

async function setRole({ person_id, email }: Member, role: Role): Promise<void> {
  try {
    await cloud.members.setRole.mutate({ person_id, role });
    toast(`${email} is ${role} from now on`, "good");
  } catch (error) {
    toast(error instanceof Error ? error.message : "it failed", "bad");
  }
}

export function Members() {
  const [doing, setDoing] = createSignal<Doing | null>(null);
  const members = useAsked(
    () => true,
    async () => await cloud.members.list.query(),
  );
  const invitations = useAsked(
    () => true,
    async () => await cloud.invitations.list.query(),
  );
  return (
    <div class="page">
      <div class="page-head">
        <h1>Members</h1>
        <div class="end">
          <button type="button" class="button primary" onClick={() => setDoing({ what: "invite" })}>
            Invite
          </button>
        </div>
      </div>
      <section class="card" aria-label="Members">
        <Shown asked={members} what="members">
          {(rows) => (
            <Table label="Members" head={["Member", "Role", "Signs in with", "Last seen", ""]}>
              <For each={rows()}>
                {(member) => (
                  <MemberRow
                    member={member}
                    setRole={(role) => void setRole(member, role).then(members.again)}
                    remove={() => setDoing({ what: "remove", member })}
                  />
                )}
              </For>
            </Table>
          )}
        </Shown>
      </section>
      <section class="card" aria-labelledby="invitations">
        <div class="card-head">
          <h2 id="invitations">Invitations</h2>
          <span class="small soft">for one verified e-mail, once, for seven days</span>
        </div>
        <Shown asked={invitations} what="invitations" lines={2}>
          {(rows) => (
            <Invitations
              rows={rows()}
              withdraw={(invitation) => setDoing({ what: "withdraw", invitation })}
            />
          )}
        </Shown>
      </section>
      <Dialogs
        doing={doing()}
        set={setDoing}
        again={() => {
          members.again();
          invitations.again();
        }}
      />
    </div>
  );
}

function MemberRow(props: { member: Member; setRole(role: Role): void; remove(): void }) {
  const member = () => props.member;
  return (
    <tr data-row tabindex="-1">
      <th scope="row">
        <Said text={member().name || member().email} />
        {member().person_id === me()?.person_id ? " (you)" : ""}
        <div class="soft small">
          <Said text={member().email} />
        </div>
      </th>
      <td>
        <select
          class="input narrow"
          aria-label={`Role of ${member().email}`}
          title={may[member().role]}
          onChange={({ currentTarget: { value } }) =>
            props.setRole(roles.find((one) => one === value) ?? "viewer")
          }
        >
          <For each={roles}>
            {(role) => (
              <option value={role} selected={role === member().role}>
                {role}
              </option>
            )}
          </For>
        </select>
      </td>
      <td>{member().provider}</td>
      <td class="nowrap">
        <Show when={member().last_seen_at} fallback="not signed in">
          {(at) => <When at={at()} />}
        </Show>
      </td>
      <td class="num">
        <button type="button" class="button small danger" onClick={() => props.remove()}>
          Remove<span class="unseen"> {member().email}</span>
        </button>
      </td>
    </tr>
  );
}

function Invitations(props: {
  rows: readonly Invitation[];
  withdraw(invitation: Invitation): void;
}) {
  const stateOf = (row: Invitation): { text: string; tone: string } => {
    if (row.accepted_at !== null) return { text: "accepted", tone: "good" };
    if (row.revoked_at !== null) return { text: "withdrawn", tone: "" };
    return row.expires_at <= Date.now()
      ? { text: "expired", tone: "" }
      : { text: "pending", tone: "info" };
  };
  return (
    <Show
      when={props.rows.length > 0}
      fallback={<p class="card-body small soft">Nobody was invited yet.</p>}
    >
      <Table label="Invitations" head={["E-mail", "Role", "State", "Invited by", "Ends", ""]}>
        <For each={props.rows}>
          {(row) => (
            <tr data-row tabindex="-1">
              <th scope="row">
                <Said text={row.email} />
              </th>
              <td>{row.role}</td>
              <td>
                <span class={`chip ${stateOf(row).tone}`}>{stateOf(row).text}</span>
              </td>
              <td>
                <Said text={row.created_by} />
              </td>
              <td class="nowrap">
                <When at={row.expires_at} />
              </td>
              <td class="num">
                <Show when={stateOf(row).text === "pending"}>
                  <button
                    type="button"
                    class="button small danger"
                    onClick={() => props.withdraw(row)}
                  >
                    Withdraw<span class="unseen"> the invitation of {row.email}</span>
                  </button>
                </Show>
              </td>
            </tr>
          )}
        </For>
      </Table>
    </Show>
  );
}

type DialogsProps = { doing: Doing | null; set(doing: Doing | null): void; again(): void };

function Dialogs(props: DialogsProps) {
  const is = <W extends Doing["what"]>(what: W) =>
    props.doing?.what === what ? (props.doing as Extract<Doing, { what: W }>) : null;
  const close = (): void => props.set(null);
  const invite = async (email: string, role: Role): Promise<void> => {
    const { link } = await cloud.invitations.create.mutate({ email, role });
    props.again();
    if (link === null) toast(`The invitation is on its way to ${email}`, "good");
    props.set(link === null ? null : { what: "link", link, email });
  };
  return (
    <>
      <Show when={is("invite")}>
        <Form
          title="Invite"
          act="Invite"
          close={close}
          fields={[
            { name: "email", text: "E-mail", type: "email", required: true },
            { name: "role", text: "Role", choices: roles },
          ]}
          submit={async ({ email = "", role }) =>
            await invite(email, roles.find((one) => one === role) ?? "viewer")
          }
        />
      </Show>
      <Show when={is("link")}>
        {(made) => <Link link={made().link} email={made().email} close={close} />}
      </Show>
      <Show when={is("remove")}>
        {(of) => (
          <Confirm
            title="Remove the member?"
            text={`${of().member.email} is signed out of this organisation at once.`}
            act="Remove"
            close={close}
            run={async () => {
              await cloud.members.remove.mutate({ person_id: of().member.person_id });
              props.again();
            }}
          />
        )}
      </Show>
      <Show when={is("withdraw")}>
        {(of) => (
          <Confirm
            title="Withdraw the invitation?"
            text={`The link for ${of().invitation.email} opens nothing any more.`}
            act="Withdraw"
            close={close}
            run={async () => {
              const { invitation_id } = of().invitation;
              await cloud.invitations.revoke.mutate({ invitation_id });
              props.again();
            }}
          />
        )}
      </Show>
    </>
  );
}

/** Shown once: only its hash is kept. */
function Link(props: { link: string; email: string; close(): void }) {
  return (
    <Sheet title="Pass this link on" close={() => props.close()}>
      <p>
        No e-mail went out, since this service has no way to send one. The link is shown once and
        works for <Said text={props.email} /> alone.
      </p>
      <code class="codeblock secret">{props.link}</code>
      <div class="row-wrap end">
        <button
          type="button"
          class="button primary"
          onClick={() => void copy(props.link, "The link")}
        >
          Copy the link
        </button>
        <button type="button" class="button" onClick={() => props.close()}>
          Done
        </button>
      </div>
    </Sheet>
  );
}
