import type { VNode } from "preact";
import { api } from "../../api.ts";
import { day, relative, useWords } from "../../i18n.ts";
import { Card, confirm, DescriptionList, EmptyState, Failure, PageHeader, Pill, Skeleton, Switch, Table, toast } from "../../kit/index.ts";
import { useAction, useLoad } from "../../load.ts";
import { adopt } from "../../adopt.ts";
import { words } from "./deprecations-words.ts";
import css from "./developers.css?text";

adopt(css);

interface Operation {
  operation: string;
  instead: string;
}

interface Deprecation {
  id: string;
  title: string;
  change: string;
  announced: string;
  effective: string;
  docsUrl: string;
  optedIn: boolean;
  operations: Operation[];
}

interface Deprecations {
  results: Deprecation[];
}

/** The reference of this server, whatever name it is open under. */
const docsOf = ({ docsUrl }: Deprecation): string => new URL(docsUrl).pathname + new URL(docsUrl).hash;

/** What the paths of the operations begin with that have no company of their own, for the request log. */
function callersOf({ operations }: Deprecation): string {
  const paths = operations.map(({ operation }) => operation.split(" ")[1]!).filter((path) => !path.includes("{"));
  return `/portal/developers/requests?path=${encodeURIComponent(`/api${paths[0] ?? ""}`)}`;
}

/** A method and a path that may be long. */
function Call({ of }: { of: string }): VNode {
  const [method, path] = of.split(" ");
  return <span class="call"><span class="verb">{method}</span> <span class="mono small">{path}</span></span>;
}

/** What is going to end, and the choice to have it over sooner. */
export default function DeprecationsPage(): VNode {
  const t = useWords(words);
  const list = useLoad<Deprecations>("/deprecations", undefined, { spoken: true });
  const put = async (of: Deprecation, optedIn: boolean): Promise<void> => {
    const next = await api.put<Deprecation>(`/deprecations/${of.id}`, { optedIn });
    list.set((now) => now && { results: now.results.map((one) => (one.id === of.id ? next : one)) });
  };
  const change = useAction(async (of: Deprecation, optedIn: boolean) => {
    await put(of, optedIn);
    toast({ text: optedIn ? t.on(of.title) : t.off(of.title), undo: () => put(of, !optedIn) });
  });
  const set = async (of: Deprecation, optedIn: boolean): Promise<void> => {
    if (optedIn && !(await confirm({ title: t.ask(of.title), body: t.askBody, action: t.askAction }))) return;
    await change.run(of, optedIn);
  };
  return (
    <>
      <PageHeader title={t.title} description={t.intro} />
      <Failure error={list.error} onRetry={list.reload} />
      <Failure error={change.error} />
      {!list.data && !list.error && <Card><Skeleton height={320} /></Card>}
      {list.data?.results.length === 0 && <Card><EmptyState icon="ok" title={t.emptyTitle}>{t.empty}</EmptyState></Card>}
      {list.data?.results.map((of) => (
        <Card key={of.id} title={of.title} description={of.change} actions={of.optedIn && <Pill tone="good">{t.early}</Pill>} footer={<div class="onward"><a href={callersOf(of)}>{t.callers}</a><a href={docsOf(of)}>{t.docs}</a></div>}>
          <div class="stack">
            <DescriptionList above items={[
              { term: t.announced, value: day(of.announced) },
              { term: t.ends, value: <span>{day(of.effective)} <span class="soft">({relative(of.effective)})</span></span> },
            ]} />
            <Table<Operation>
              label={t.operations(of.title)} rows={of.operations} rowKey={({ operation }) => operation}
              columns={[
                { id: "operation", header: t.ending, cell: ({ operation }) => <Call of={operation} />, width: "50%" },
                { id: "instead", header: t.instead, cell: ({ instead }) => <Call of={instead} /> },
              ]}
            />
            <Switch after label={<strong>{t.optIn}</strong>} help={t.optInHelp} checked={of.optedIn} disabled={change.busy} onChange={(on) => void set(of, on)} />
          </div>
        </Card>
      ))}
    </>
  );
}
