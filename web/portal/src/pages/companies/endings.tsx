// What takes something away: each asks first, and names the thing.

import { api, messageOf } from "../../api.ts";
import { number, wordsNow } from "../../i18n.ts";
import { confirm, toast } from "../../kit/index.ts";
import type { Connection, Named, Row } from "./types.ts";
import { words } from "./words.ts";

/** How many companies can go with one, as the server has it. */
const mostBelow = 200;

/** How many of them are named; the others are counted. */
const mostNamed = 8;

/** A name that is longer is not to be typed by anybody. */
const longest = 40;

/** Every company below one, level by level; at most one level more than can be deleted at once. */
async function below({ id }: Named): Promise<Named[]> {
  const found = new Map<string, Named>();
  let level = [id];
  while (level.length && found.size <= mostBelow) {
    const lists = await Promise.all(level.map((parent) => api.get<{ results: Row[] }>("/directory", { query: { parent, sort: "name", limit: 100 } })));
    const rows = lists.flatMap(({ results }) => results).filter((row) => row.id !== id && !found.has(row.id));
    for (const row of rows) found.set(row.id, row);
    level = rows.filter(({ subsidiaries }) => subsidiaries > 0).map((row) => row.id);
  }
  return [...found.values()];
}

/** Deletes a company and all below it, which the question names and counts; whether it was done. */
export async function removeCompany({ id, name }: Named): Promise<boolean> {
  const t = wordsNow(words);
  let children: Named[];
  try {
    children = await below({ id, name });
  } catch (fault) {
    toast({ text: messageOf(fault), tone: "bad" });
    return false;
  }
  const n = children.length;
  const done = await confirm(n > mostBelow ? {
    title: t.deleteTooManyTitle(name), body: t.deleteTooMany(number(mostBelow)), action: t.deleteTooManyAction,
  } : {
    title: t.deleteTitle(name), body: (
      <div class="stack tight">
        <p>{t.deleteBody}</p>
        {n > 0 && <p><strong>{t.deleteChildren(n)}</strong></p>}
        {n > 0 && <ul class="going">{children.slice(0, mostNamed).map((child) => <li key={child.id}>{child.name}</li>)}{n > mostNamed && <li class="soft">{t.deleteMore(n - mostNamed)}</li>}</ul>}
      </div>
    ),
    action: n > 0 ? t.deleteAll(n + 1) : t.deleteAction, danger: true, typed: name.length > longest ? t.deleteWord : name,
    perform: () => api.delete(`/companies/${id}`, { query: { subsidiaries: n || undefined } }),
  });
  if (n > mostBelow) return false;
  if (done) toast(n > 0 ? t.deletedAll(name, n) : t.deleted(name));
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
