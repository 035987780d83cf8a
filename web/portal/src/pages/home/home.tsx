import type { VNode } from "preact";
import { adopt } from "../../adopt.ts";
import { number, useWords } from "../../i18n.ts";
import { Button, Card, Failure, Icon, PageHeader, Progress, Skeleton } from "../../kit/index.ts";
import { useLoad } from "../../load.ts";
import { useMay, useUser, type Action } from "../../session.ts";
import css from "./home.css?text";
import { words } from "./words.ts";

adopt(css);

interface Counts {
  total: number;
  byStatus: Record<string, number | undefined>;
}

interface Step {
  id: string;
  done: boolean;
}

/** Where each step is taken, and who may take it. */
const places: Record<string, { href: string; action: Action }> = {
  nameYourCompany: { href: "/portal/settings/branding", action: "link.configure" },
  brandIt: { href: "/portal/settings/branding", action: "link.configure" },
  createCompany: { href: "/portal/companies?new", action: "companies.edit" },
  openLink: { href: "/portal/companies", action: "companies.edit" },
  connect: { href: "/portal/companies", action: "companies.edit" },
  addKey: { href: "/portal/developers/keys", action: "developers" },
  addWebhook: { href: "/portal/monitor/webhooks", action: "webhooks" },
};

function Checklist({ steps }: { steps: Step[] }): VNode {
  const t = useWords(words);
  const may = useMay();
  const mine = steps.filter(({ id }) => places[id] && may(places[id].action));
  const done = mine.filter((step) => step.done).length;
  const next = mine.find((step) => !step.done);
  return (
    <Card title={t.start}>
      <div class="stack">
        <Progress label={t.startText(done, mine.length)} value={mine.length ? done / mine.length : 1} />
        <ol class="checklist">
          {mine.map(({ id, done: is }) => (
            <li key={id} class={is ? "done" : ""}>
              <span class="mark" role="img" aria-label={is ? t.done : t.notYet}><Icon name="check" /></span>
              <div class="words"><strong>{t.steps[id]!.title}</strong>{!is && <div class="soft small">{t.steps[id]!.text}</div>}</div>
              {!is && <Button size="small" variant={id === next?.id ? "primary" : "secondary"} href={places[id]!.href}>{t.steps[id]!.action}</Button>}
            </li>
          ))}
        </ol>
      </div>
    </Card>
  );
}

function Figures({ counts }: { counts: Counts }): VNode {
  const t = useWords(words);
  const tiles = [
    { label: t.all, count: counts.total, href: "/portal/companies" },
    { label: t.linked, count: counts.byStatus.Linked ?? 0, href: "/portal/companies?status=Linked" },
    { label: t.lost, count: counts.byStatus.Deauthorized ?? 0, href: "/portal/companies?status=Deauthorized" },
    { label: t.pending, count: counts.byStatus.Pending ?? 0, href: "/portal/companies?status=Pending" },
    { label: t.none, count: counts.byStatus.NoConnections ?? 0, href: "/portal/companies?status=NoConnections" },
  ];
  return <nav class="tiles" aria-label={t.companies}>{tiles.map(({ label, count, href }) => <a key={href} href={href}><span class="soft">{label}</span><strong>{number(count)}</strong></a>)}</nav>;
}

export default function HomePage(): VNode {
  const t = useWords(words);
  const user = useUser();
  const may = useMay();
  const counts = useLoad<Counts>(may("companies.edit") ? "/directory/counts" : null);
  const start = useLoad<{ steps: Step[] }>("/gettingStarted");
  const open = start.data?.steps.some(({ id, done }) => !done && places[id] && may(places[id].action));
  return (
    <>
      <PageHeader title={t.title} shown={t.hello(user.name.split(" ")[0] ?? user.name)} description={t.intro} />
      <Failure error={counts.error ?? start.error} onRetry={() => { counts.reload(); start.reload(); }} />
      {counts.data ? <Figures counts={counts.data} /> : !counts.error && may("companies.edit") && <Skeleton height={84} />}
      {open && <Checklist steps={start.data!.steps} />}
      {!start.data && !start.error && <Skeleton height={420} />}
    </>
  );
}
