import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { adopt } from "../../adopt.ts";
import { number, useWords } from "../../i18n.ts";
import { Banner, Button, EmptyState, Menu, PageHeader, Select, TextField } from "../../kit/index.ts";
import { useList, useLoad, useSettled } from "../../load.ts";
import { setQuery, usePlace } from "../../router.ts";
import { useMay } from "../../session.ts";
import { Columns } from "./columns.tsx";
import css from "./companies.css?text";
import { CreateCompany } from "./companyform.tsx";
import { Directory, NoneFits } from "./directory.tsx";
import { Invite } from "./share.tsx";
import { companyStatuses, type CompanyStatus, type Counts, type Named, type Row } from "./types.ts";
import { words } from "./words.ts";

adopt(css);

/** Several statuses at once, each with how many companies have it. */
function StatusFilter({ chosen, counts }: { chosen: CompanyStatus[]; counts: Counts | undefined }): VNode {
  const t = useWords(words);
  const toggle = (one: CompanyStatus): void => {
    const next = chosen.includes(one) ? chosen.filter((other) => other !== one) : [...chosen, one];
    setQuery({ status: next.length ? next.join(",") : null });
  };
  return (
    <div class="field">
      <span class="label">{t.status}</span>
      <Menu
        label={t.status} trigger={(p) => <Button icon="filter" iconAfter="down" rest={{ ...p, "aria-label": `${t.status}: ${chosen.map((one) => t.statuses[one]).join(", ") || t.statusAll}` }}>{chosen.length === 0 ? t.statusAll : chosen.length === 1 ? t.statuses[chosen[0]!] : t.statusSome(chosen.length)}</Button>}
        items={[
          ...companyStatuses.map((one) => ({ label: t.statuses[one], note: counts ? `${number(counts.byStatus[one] ?? 0)} · ${t.statusHelp[one]}` : t.statusHelp[one], checked: chosen.includes(one), several: true, onSelect: () => toggle(one) })),
          "-", { label: t.statusAll, disabled: chosen.length === 0, onSelect: () => setQuery({ status: null }) },
        ]}
      />
    </div>
  );
}

export default function CompaniesPage(): VNode {
  const t = useWords(words);
  const may = useMay();
  const { query } = usePlace();
  const asked = { q: query.get("q") ?? "", status: query.get("status") ?? "", tag: query.get("tag") ?? "", owner: query.get("owner") ?? "", sort: query.get("sort") ?? "-created" };
  const [text, setText] = useState({ q: asked.q, tag: asked.tag });
  const settled = useSettled(text, 180);
  const told = useRef(text);
  useEffect(() => {
    told.current = settled;
    setQuery({ q: settled.q.trim() || null, tag: settled.tag.trim() || null });
  }, [settled]);
  // A link to this page that asks for something else is also what the fields then say.
  useEffect(() => {
    if (asked.q !== told.current.q.trim() || asked.tag !== told.current.tag.trim()) setText({ q: asked.q, tag: asked.tag });
  }, [asked.q, asked.tag]);
  const list = useList<Row>("/directory", { q: asked.q || undefined, status: asked.status || undefined, tag: asked.tag.includes(":") ? asked.tag : undefined, owner: asked.owner || undefined, sort: asked.sort });
  const counts = useLoad<Counts>("/directory/counts");
  const owners = useLoad<{ results: Named[] }>("/owners").data?.results ?? [];
  const [dialog, setDialog] = useState<"create" | "invite" | null>(query.has("new") ? "create" : null);
  const filtered = Boolean(asked.q || asked.status || asked.tag || asked.owner);
  const reload = (): void => {
    list.reload();
    counts.reload();
  };
  const clear = (): void => {
    setText({ q: "", tag: "" });
    setQuery({ q: null, status: null, tag: null, owner: null });
  };
  const create = may("companies.edit") && <Button variant="primary" icon="add" onClick={() => setDialog("create")}>{t.create}</Button>;
  const statuses = asked.status.split(",").filter((one): one is CompanyStatus => companyStatuses.includes(one as CompanyStatus));
  return (
    <>
      <PageHeader title={t.title} actions={<>{(counts.data ? counts.data.invite : counts.loading) && <Button icon="mail" disabled={!counts.data} onClick={() => setDialog("invite")}>{t.invite}</Button>}{create}</>} />
      <div class="finding" role="search">
        <TextField label={t.searchLabel} type="search" icon="search" value={text.q} onInput={(q) => setText({ ...text, q })} placeholder={t.searchHint} />
        <StatusFilter chosen={statuses} counts={counts.data} />
        <TextField label={t.tagFilter} value={text.tag} onInput={(tag) => setText({ ...text, tag })} placeholder={t.tagHint} error={asked.tag && !asked.tag.includes(":") ? t.tagShape : undefined} />
        <Select label={t.ownerFilter} value={asked.owner} onChange={(owner) => setQuery({ owner: owner || null })} options={[{ value: "", label: t.ownerAll }, ...owners.map(({ id, name }) => ({ value: id, label: name }))]} />
        <div class="field"><span class="label" aria-hidden="true">&nbsp;</span><Columns /></div>
      </div>
      {counts.data?.building && <Banner tone="info">{t.building}</Banner>}
      <Directory
        list={list} sought={asked.q} sort={asked.sort} onSort={(sort) => setQuery({ sort: sort === "-created" ? null : sort })} onChanged={reload}
        empty={filtered ? <NoneFits onClear={clear} /> : <EmptyState icon="company" title={t.emptyTitle} actions={create || undefined}>{t.emptyText}</EmptyState>}
      />
      {dialog === "create" && <CreateCompany onClose={() => { setDialog(null); setQuery({ new: null }); }} onCreated={reload} />}
      {dialog === "invite" && counts.data && <Invite url={counts.data.invite} onClose={() => setDialog(null)} />}
    </>
  );
}
