import type { VNode } from "preact";
import { dateTime, useWords } from "../../i18n.ts";
import { Button, EmptyState, RadioGroup, Table } from "../../kit/index.ts";
import { useList } from "../../load.ts";
import { setQuery, usePlace } from "../../router.ts";
import { shellWords } from "../../words/index.ts";
import { words } from "./users-history-words.ts";

interface Line {
  id: string;
  at: string;
  actor: string;
  actorName?: string;
  what: string;
  subject?: string;
  subjectName?: string;
  detail?: string;
}

const kinds = ["people", "keys", "signIns", "settings"] as const;

/** Who did what to whom: people, API keys, instances and sign-in, the latest first. */
export function StaffHistory(): VNode {
  const t = useWords(words);
  const shell = useWords(shellWords);
  const { query } = usePlace();
  const asked = query.get("kind");
  const kind = kinds.find((one) => one === asked);
  const list = useList<Line>("/users/history", { kind });
  const choose = (of: string): void => setQuery({ kind: of === "all" ? null : of });
  const who = ({ actor, actorName }: Line): string => actorName || t.actors[actor.split(":")[0]!] || actor;
  // The server names roles and ways as it calls them itself: "analyst → developer".
  const known: Record<string, string | undefined> = { ...shell.roles, ...t.ways };
  const changed = (part: string): string => {
    const [, what = part, value = ""] = /^(sso[ .\w]*)(: .*)$/.exec(part) ?? [];
    return what in t.changes ? t.changes[what] + (value && t.colon + value.slice(2)) : part;
  };
  const told = (detail: string, what?: string): string => (what === "signIn.changed"
    ? detail.split(", ").map(changed).join(", ")
    : detail.split(" → ").map((part) => known[part] ?? part).join(" → "));
  return (
    <>
      <RadioGroup label={t.about} hideLabel variant="segments" value={kind ?? "all"} onChange={choose} options={(["all", ...kinds] as const).map((value) => ({ value, label: t.groups[value] }))} />
      <Table<Line>
        label={t.title} rows={list.rows} rowKey={({ id }) => id} loading={list.loading} error={list.error} onRetry={list.reload} more={list.more} onMore={list.loadMore}
        columns={[
          { id: "when", header: t.when, width: "190px", cell: ({ at }) => <span class="dated">{dateTime(at)}</span> },
          { id: "who", header: t.who, width: "22%", cell: (line) => who(line) },
          { id: "what", header: t.what, cell: ({ what, detail, subjectName }) => <span>{t.kinds[what] ?? what}{detail && subjectName && <span class="soft"> · {told(detail)}</span>}</span> },
          { id: "whom", header: t.whom, width: "26%", cell: ({ actor, what, subject, subjectName, detail }) => (actor === `user:${subject}` ? "—" : subjectName || (detail ? told(detail, what) : "—")) },
        ]}
        empty={kind
          ? <EmptyState icon="search" title={t.noneOfKind} actions={<Button onClick={() => choose("all")}>{t.showAll}</Button>} />
          : <EmptyState icon="log" title={t.empty}>{t.emptyText}</EmptyState>}
      />
    </>
  );
}
