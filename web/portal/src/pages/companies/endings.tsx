// What takes something away: each asks first, and names the thing.

import { api } from "../../api.ts";
import { wordsNow } from "../../i18n.ts";
import { confirm, toast } from "../../kit/index.ts";
import type { Connection } from "./types.ts";
import { words } from "./words.ts";

/** Deletes a company; whether it was done. */
export async function removeCompany({ id, name, children }: { id: string; name: string; children: number }): Promise<boolean> {
  const t = wordsNow(words);
  const done = await confirm({
    title: t.deleteTitle(name), body: <><p>{t.deleteBody}</p>{children > 0 && <p>{t.deleteChildren(children)}</p>}</>,
    action: t.deleteAction, danger: true, typed: name, perform: () => api.delete(`/companies/${id}`),
  });
  if (done) toast(t.deleted(name));
  return done;
}

/** Ends the access of a connection and keeps its record. */
export async function unlinkConnection(company: string, { id, platformName }: Connection): Promise<boolean> {
  const t = wordsNow(words);
  const done = await confirm({
    title: t.unlinkTitle(platformName), body: t.unlinkBody, action: t.unlink, danger: true,
    perform: () => api.patch(`/companies/${company}/connections/${id}`, { status: "Unlinked" }),
  });
  if (done) toast(t.unlinked(platformName));
  return done;
}

/** Ends the access of a connection and erases it. */
export async function deleteConnection(company: string, { id, platformName }: Connection): Promise<boolean> {
  const t = wordsNow(words);
  const done = await confirm({
    title: t.deleteConnectionTitle(platformName), body: t.deleteConnectionBody, action: t.deleteConnection, danger: true,
    perform: () => api.delete(`/companies/${company}/connections/${id}`),
  });
  if (done) toast(t.deletedConnection(platformName));
  return done;
}
