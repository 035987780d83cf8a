// Settings that several people change at once: nobody undoes unseen what somebody else did.
// A change is sent with the tag of what it began with. Where that is no longer what is
// stored, only the members that this person changed are laid over what is stored now.

import { api, ApiError, tagOf } from "../../api.ts";
import { session } from "../../session.ts";
import { laidOver } from "./merge.ts";

export type SettingsKind = "link" | "branding" | "profile" | "origins" | "deprecations";

/** One change, as /settings/history lists it: the latest first. */
export interface Change {
  id: string;
  kind: SettingsKind;
  at: string;
  actor: string;
  actorName?: string;
  summary: string[];
}

/** Settings as they were read, with their tag. */
export interface Held<T> {
  value: T;
  tag: string;
}

/** Settings as a save has left them. */
export interface Saved<T> extends Held<T> {
  /** The version that it replaced, which is what takes it back; empty where it changed nothing. */
  replaced: string;
}

/** Where settings are stored. */
export interface Place<T> {
  kind: SettingsKind;
  read: () => Promise<T>;
  put: (draft: T, match: string) => Promise<T>;
  /** Leaves of an answer what the draft holds. */
  shape?: (answer: T) => T;
}

export const listChanges = async (kind: SettingsKind): Promise<Change[]> => (await api.get<{ results: Change[] }>("/settings/history", { query: { kind } })).results;

/** Two people changed the same members, differently: one of them must choose. */
export class Clash<T extends object> extends Error {
  constructor(
    /** What is stored. */
    readonly now: Held<T>,
    readonly members: string[],
    /** The other one's change, where it is known. */
    readonly by: Change | undefined,
  ) {
    super(members.join(", "));
  }
}

const inside = (member: string, of: string): boolean => member === of || member.startsWith(`${of}.`) || of.startsWith(`${member}.`);

/** Saves what somebody made of what they had read. Throws a Clash where only they can decide. */
export async function saveOver<T extends object>(from: Held<T>, mine: T, at: Place<T>): Promise<Saved<T>> {
  let { value: base, tag } = from;
  const held = (answer: T): Held<T> => ({ value: at.shape ? at.shape(answer) : answer, tag: tagOf(answer) });
  let draft = mine;
  for (let tries = 4; ; tries--) {
    try {
      const now = held(await at.put(draft, tag));
      return { ...now, replaced: now.tag === tag ? "" : now.tag.replaceAll('"', "") };
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || thrown.status !== 412 || !tries) throw thrown;
    }
    const now = held(await at.read());
    const over = laidOver(base, draft, now.value);
    if (over.clashes.length) {
      const since = await listChanges(at.kind).catch(() => []);
      const newer = since.filter(({ id }) => `"${id}"` > tag || tag === '"first"');
      const me = session.get();
      // One's own change, of which the answer got lost, or that another tab made, is none to ask about.
      const own = me.state === "in" && newer.length > 0 && newer.every(({ actor }) => actor === `user:${me.user.id}`);
      if (!own) throw new Clash(now, over.clashes, since.find(({ summary }) => summary.some((member) => over.clashes.some((one) => inside(one, member)))));
    }
    ({ value: base, tag } = now);
    draft = over.mine;
  }
}

/** Takes one change back, and no other: refused with 412 when somebody has made a newer one. */
export const restore = <T>(version: string, latest = version): Promise<T> => api.post<T>(`/settings/history/${version}/restore`, undefined, { match: `"${latest}"` });
