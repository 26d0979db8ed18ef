/** Invitations by e-mail, where settings say through whom. */
import { createTransport } from "nodemailer";
import type { Settings } from "../config.ts";
import { bounds } from "../limits/bounds.ts";
import { faultOf, type Log } from "../log.ts";
import type { InvitationRow } from "./invitations.ts";

export type Letter = {
  invitation: InvitationRow;
  link: string;
  tenantName: string;
  invitedBy: string;
};

export interface Post {
  /** False when it was not sent: then the link must be passed on by hand. */
  send(letter: Letter): Promise<boolean>;
  end(): void;
}

export function openPost(settings: Settings["mail"], log: Log): Post {
  if (settings === null) return { send: async () => false, end() {} };
  const transport = createTransport({
    url: settings.url,
    connectionTimeout: bounds.mailMs,
    greetingTimeout: bounds.mailMs,
    socketTimeout: bounds.mailMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  return {
    async send(letter) {
      const { email, invitation_id } = letter.invitation;
      try {
        const subject = `Join ${letter.tenantName} on AtlasBridge`;
        await transport.sendMail({ from: settings.from, to: email, subject, text: textOf(letter) });
        return true;
      } catch (error) {
        log.warn("mail_not_sent", { invitation_id, ...faultOf(error) });
        return false;
      }
    },
    end: () => transport.close(),
  };
}

export type Sent = InvitationRow & {
  mailed: boolean;
  /** Told when no e-mail went out: then whoever invites passes it on. */
  link: string | null;
};

export async function sendInvitation(
  { post, publicUrl }: { post: Post; publicUrl: string },
  { code, ...letter }: Omit<Letter, "link"> & { code: string },
): Promise<Sent> {
  const link = `${publicUrl}/invite/${code}`;
  const mailed = await post.send({ ...letter, link });
  return { ...letter.invitation, mailed, link: mailed ? null : link };
}

function textOf({ invitation, link, tenantName, invitedBy }: Letter): string {
  return `${invitedBy} invites you to ${tenantName} on AtlasBridge, as ${invitation.role}.

${link}

The link works once, for seven days, and for whoever signs in with ${invitation.email}.
If you expected no invitation, there is nothing to do.
`;
}
