import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { adopt } from "../../../adopt.ts";
import { date, number, percent, useWords } from "../../../i18n.ts";
import { Button, Card, Chart, EmptyState, Failure, PageHeader, Popover, Select, Skeleton, Table, TextField } from "../../../kit/index.ts";
import { useAction, useLoad } from "../../../load.ts";
import { setQuery, usePlace } from "../../../router.ts";
import { useInstance } from "../../../session.ts";
import { api } from "../../../api.ts";
import css from "./authflow.css?text";
import { everyWeek } from "./weeks.ts";
import { words } from "./words.ts";

adopt(css);

const slices = ["integration", "device", "locale"] as const;

interface Split {
  began?: number;
  started: number;
  succeeded: number;
}

interface Category extends Split {
  sourceType: string;
  began: number;
  /** In percent; absent when nobody began. */
  rate?: number;
  integrations: (Split & { key: string; name: string })[];
  devices: (Split & { device: string })[];
  locales: (Split & { locale: string })[];
  causes: { cause: string; count: number }[];
}

interface AuthFlow {
  from: string;
  to: string;
  since?: string;
  categories: Category[];
  weeks: { week: string; sourceType: string; started: number; completed: number; rate: number }[];
}

/** A word with its definition behind a question mark. */
function Defined({ term, text }: { term: string; text: string }): VNode {
  const t = useWords(words);
  return (
    <span class="defined">{term}{" "}
      <Popover label={t.about(term)} trigger={(p) => <Button variant="quiet" size="small" icon="question" rest={{ ...p, "aria-label": t.about(term) }} />}>{() => <p class="small">{text}</p>}</Popover>
    </span>
  );
}

function Funnel({ of }: { of: Category }): VNode {
  const t = useWords(words);
  const most = Math.max(of.began, of.started, of.succeeded, 1);
  return (
    <div class="funnel">
      {([["began", t.beganHelp], ["started", t.startedHelp], ["succeeded", t.succeededHelp]] as const).map(([step, help]) => (
        <div class="step" key={step}>
          <Defined term={t[step]} text={help} />
          <div class="bar" aria-hidden="true"><i style={{ width: `${(of[step] / most) * 100}%` }} /></div>
          <span class="figure">{number(of[step])}</span>
        </div>
      ))}
    </div>
  );
}

/** How many rows of a split are shown at first. */
const few = 8;

/** Figures of one split; the share is of those that began, where that is known. */
function Splits({ of, label, rows }: { of: string; label: string; rows: (Split & { id: string; name: string })[] }): VNode {
  const t = useWords(words);
  const [all, setAll] = useState(false);
  const many = rows.length > few + 1;
  const share = ({ began, started, succeeded }: Split): string => {
    const whole = began ?? started;
    return whole ? percent(Math.min(1, succeeded / whole)) : "—";
  };
  return (
    <Table
      label={`${of}: ${label}`} rows={many && !all ? rows.slice(0, few) : rows} rowKey={({ id }) => id} narrow="scroll"
      foot={many && <Button variant="quiet" size="small" onClick={() => setAll(!all)}>{all ? t.fewer : t.showAll(number(rows.length))}</Button>}
      columns={[
        { id: "name", header: label, cell: ({ name }) => name },
        { id: "started", header: t.started, cell: ({ started }) => number(started), align: "end" },
        { id: "succeeded", header: t.succeeded, cell: ({ succeeded }) => number(succeeded), align: "end" },
        { id: "rate", header: t.rate, cell: share, align: "end" },
      ]}
      empty={<p class="soft empty-split"><strong>{label}.</strong> {t.noRows}</p>}
    />
  );
}

const languageName = (tag: string): string => new Intl.DisplayNames([document.documentElement.lang], { type: "language" }).of(tag) ?? tag;

function CategoryView({ of, flow }: { of: Category; flow: AuthFlow }): VNode {
  const t = useWords(words);
  const weeks = everyWeek(flow.weeks.filter(({ sourceType }) => sourceType === of.sourceType));
  const name = t.categories[of.sourceType] ?? of.sourceType;
  if (of.began + of.started === 0) return <Card title={name}><p class="soft">{t.nobody}</p></Card>;
  return (
    <Card title={name}>
      <div class="stack wide">
        <div class="kpi">
          <strong>{of.rate === undefined ? "—" : percent(of.rate / 100)}</strong>
          <Defined term={t.kpi} text={t.kpiHelp} />
        </div>
        <Funnel of={of} />
        <section class="stack tight">
          <h3><Defined term={t.weeks} text={t.weeksHelp} /></h3>
          <Chart
            label={`${name}: ${t.weeks}`} smooth labels={weeks.map(({ monday }) => date(monday, { month: "short", day: "numeric", ...(weeks.length > 50 && { year: "2-digit" }) }))} most={1} format={(value) => percent(value)}
            series={[{ name: t.share, values: weeks.map(({ week }) => (week ? week.rate / 100 : null)) }]}
          />
          {flow.since && flow.weeks.some(({ sourceType, completed }) => sourceType === of.sourceType && completed > 0) && <p class="soft small">{t.since(date(flow.since))}</p>}
        </section>
        <div class="splits">
          <Splits of={name} label={t.byIntegration} rows={of.integrations.map((one) => ({ ...one, id: one.key, name: one.name }))} />
          <div class="stack">
            <Splits of={name} label={t.byDevice} rows={of.devices.map((one) => ({ ...one, id: one.device, name: t.devices[one.device] ?? one.device }))} />
            <Splits of={name} label={t.byLocale} rows={of.locales.map((one) => ({ ...one, id: one.locale, name: languageName(one.locale) }))} />
          </div>
        </div>
        <section class="stack tight">
          <h3><Defined term={t.causes} text={t.causesHelp} /></h3>
          {of.causes.length === 0 ? <p class="soft">{t.noCauses}</p> : (
            <Table
              label={`${name}: ${t.causes}`} rows={of.causes} rowKey={({ cause }) => cause} narrow="scroll"
              columns={[
                { id: "cause", header: t.cause, cell: ({ cause }) => t.causeNames[cause] ?? cause },
                { id: "count", header: t.visits, cell: ({ count }) => number(count), align: "end", width: "110px" },
              ]}
            />
          )}
        </section>
      </div>
    </Card>
  );
}

const dayBack = (days: number): string => new Date(Date.now() - days * 86_400_000).toISOString().slice(0, 10);

export default function AuthFlowPage(): VNode {
  const t = useWords(words);
  const { query } = usePlace();
  const instance = useInstance();
  const filter = {
    from: query.get("from") ?? dayBack(90), to: query.get("to") ?? dayBack(0),
    // Figures are kept by one of the three at a time: one choice among all of them, whatever an address says.
    integration: null as string | null, device: null as string | null, locale: null as string | null,
  };
  const by = slices.find((slice) => query.get(slice));
  if (by) filter[by] = query.get(by);
  const only = (chosen: string): void => {
    const [slice, value] = chosen.split(/ (.*)/s);
    setQuery({ integration: null, device: null, locale: null, ...(value && { [slice!]: value }) });
  };
  const { data, error, reload } = useLoad<AuthFlow>("/monitor/authFlow", filter);
  // What one can choose stays when a choice narrows the figures.
  const { data: whole } = useLoad<AuthFlow>("/monitor/authFlow", { from: filter.from, to: filter.to });
  const integrations = new Map((whole?.categories ?? []).flatMap(({ integrations: list }) => list.map(({ key, name }) => [key, name] as const)));
  const locales = [...new Set((whole?.categories ?? []).flatMap((one) => one.locales.map(({ locale }) => locale)))];
  const save = useAction(async () => {
    const text = await api.text("/monitor/authFlow.csv", { query: filter });
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
    link.download = `auth-flow-${instance?.name ?? "bowline"}-${filter.from}-${filter.to}.csv`;
    link.click();
    URL.revokeObjectURL(link.href);
  });
  const choices = [
    { value: "", label: t.all },
    ...[...integrations].map(([key, label]) => ({ value: `integration ${key}`, label, group: t.integration })),
    ...Object.entries(t.devices).map(([device, label]) => ({ value: `device ${device}`, label, group: t.device })),
    ...locales.map((locale) => ({ value: `locale ${locale}`, label: languageName(locale), group: t.locale })),
  ];
  const chosen = by ? `${by} ${filter[by]}` : "";
  // Each kind that is asked for has its block, once there is a figure of any.
  const categories = data?.categories.some(({ began, started }) => began + started > 0) ? data.categories : [];
  return (
    <>
      <PageHeader title={t.title} description={t.description} actions={<Button icon="download" onClick={() => void save.run()} busy={save.busy} disabled={!data}>{t.export}</Button>} />
      <div class="figures" role="group" aria-label={t.filters}>
        <TextField label={t.from} type="date" value={filter.from} onInput={(from) => from && setQuery({ from })} error={error?.problem("from")} />
        <TextField label={t.to} type="date" value={filter.to} onInput={(to) => to && setQuery({ to })} error={error?.problem("to")} />
        <Select label={t.show} value={chosen} onChange={only} options={choices.some(({ value }) => value === chosen) ? choices : [...choices, { value: chosen, label: filter[by!]! }]} />
      </div>
      <Failure error={save.error} />
      <Failure error={error} onRetry={reload} fields={["from", "to"]} />
      {!data && !error && <Skeleton height={520} />}
      {data?.since && categories.length === 0 && (
        <EmptyState icon="chart" title={t.noneTitle} actions={<Button onClick={() => setQuery({ from: null, to: null, integration: null, device: null, locale: null })}>{t.noneAction}</Button>}>{t.noneText(date(data.since))}</EmptyState>
      )}
      {data && !data.since && categories.length === 0 && (
        <EmptyState icon="chart" title={t.emptyTitle} actions={<Button href="/portal/companies">{t.emptyAction}</Button>}>{t.emptyText}</EmptyState>
      )}
      {data && categories.map((one) => <CategoryView key={one.sourceType} of={one} flow={data} />)}
    </>
  );
}
