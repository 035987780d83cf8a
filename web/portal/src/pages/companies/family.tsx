// What the companies below a parent are connected to, in short: "Xero 2/5 companies".

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { api, ApiError } from "../../api.ts";
import { useWords } from "../../i18n.ts";
import { Failure, Pill, Skeleton } from "../../kit/index.ts";
import type { Row } from "./types.ts";
import { words } from "./words.ts";

/** A platform in a family. */
export interface FamilyPlatform {
  key: string;
  name: string;
  /** How many of the companies are linked to it. */
  linked: number;
}

export interface Family {
  /** How many companies belong to the parent. */
  of: number;
  /** The most linked first. */
  platforms: FamilyPlatform[];
}

/** Sums up the companies of a family. */
export function familyOf(children: readonly Row[]): Family {
  const found = new Map<string, FamilyPlatform>();
  for (const child of children) {
    const counted = new Set<string>(); // a company with two connections is one company
    for (const { integrationKey: key, name, status } of child.platforms) {
      const one = found.get(key) ?? { key, name, linked: 0 };
      found.set(key, one);
      if (status !== "Linked" || counted.has(key)) continue;
      counted.add(key);
      one.linked++;
    }
  }
  return { of: children.length, platforms: [...found.values()].sort((a, b) => b.linked - a.linked || a.name.localeCompare(b.name)) };
}

/** Reads the family of a parent when it is asked for, once for each state of the list. */
export function useFamily(row: Row): { family: Family | undefined; error: ApiError | undefined; ask: () => void } {
  const [family, setFamily] = useState<Family>();
  const [error, setError] = useState<ApiError>();
  const asked = useRef<Row | undefined>(undefined);
  useEffect(() => {
    if (asked.current && asked.current !== row) setFamily(undefined);
  }, [row]);
  const ask = (): void => {
    if (row.subsidiaries === 0 || asked.current === row) return;
    asked.current = row;
    setError(undefined);
    api.get<{ results: Row[] }>("/directory", { query: { parent: row.id, sort: "name", limit: 100 } }).then(
      ({ results }) => asked.current === row && setFamily(familyOf(results)),
      (thrown) => {
        asked.current = undefined; // the next one who looks asks again
        setError(thrown instanceof ApiError ? thrown : new ApiError(500, String(thrown)));
      },
    );
  };
  return { family, error, ask };
}

/** The platforms of a family, each with its share. */
export function FamilyPlatforms({ of: row }: { of: Row }): VNode {
  const t = useWords(words);
  const { family, error, ask } = useFamily(row);
  useEffect(ask, [row]);
  return (
    <section class="stack tight family">
      <h3>{t.familyTitle(row.subsidiaries)}</h3>
      <Failure error={error} onRetry={ask} />
      {family ? (family.platforms.length ? (
        <ul class="stack tight">
          {family.platforms.map(({ key, name, linked }) => (
            <li key={key} class="row"><Pill tone={linked === 0 ? "neutral" : linked < family.of ? "warn" : "good"}>{name}</Pill><span class="soft small">{t.ofCompanies(linked, family.of)}</span></li>
          ))}
        </ul>
      ) : <p class="soft">{t.familyEmpty}</p>) : !error && <Skeleton height={48} />}
      <p><a href={`/portal/companies/${row.id}/subsidiaries`}>{t.familyOpen}</a></p>
    </section>
  );
}
