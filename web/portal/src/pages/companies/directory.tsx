import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api, messageOf } from "../../api.ts";
import { date, dateTime, number, relative, useWords } from "../../i18n.ts";
import { Button, EmptyState, Pill, Table, toast, type Column, type MenuEntry } from "../../kit/index.ts";
import { type Listed } from "../../load.ts";
import { useMay } from "../../session.ts";
import { CompanyCell, CompanyStatusPills, PlatformPills } from "./cells.tsx";
import { chosenColumns, useColumns, type ChosenColumn } from "./columns.tsx";
import { removeCompany } from "./endings.tsx";
import { EditCompany } from "./companyform.tsx";
import { ConnectionsPanel } from "./connectionlist.tsx";
import { RequestData } from "./share.tsx";
import { productNames, type Row } from "./types.ts";
import { words } from "./words.ts";

/** The table of companies, with the children of those that are open between them. */
export function Directory({ list, sought, sort, onSort, empty, onChanged }: {
  list: Listed<Row>;
  sought: string;
  sort: string;
  onSort: (sort: string) => void;
  empty: VNode;
  onChanged: () => void;
}): VNode {
  const t = useWords(words);
  const may = useMay();
  const [columns] = useColumns();
  const [open, setOpen] = useState<Record<string, Row[] | "coming">>({});
  const [doing, setDoing] = useState<{ what: "request" | "edit" | "panel"; row: Row }>();
  const unfold = async (id: string): Promise<void> => {
    try {
      const { results } = await api.get<{ results: Row[] }>("/directory", { query: { parent: id, sort: "name", limit: 100 } });
      setOpen((now) => (now[id] ? { ...now, [id]: results } : now));
    } catch (fault) {
      setOpen(({ [id]: _, ...rest }) => rest);
      toast({ text: messageOf(fault), tone: "bad" });
    }
  };
  const toggle = ({ id }: Row): void => {
    if (open[id]) return setOpen(({ [id]: _, ...rest }) => rest);
    setOpen((now) => ({ ...now, [id]: "coming" }));
    void unfold(id);
  };
  const changed = (): void => {
    Object.keys(open).forEach((id) => void unfold(id));
    onChanged();
  };
  const rows = list.rows?.flatMap((row) => [{ row, child: false }, ...(Array.isArray(open[row.id]) ? (open[row.id] as Row[]).map((child) => ({ row: child, child: true })) : [])]);
  const all: Record<ChosenColumn, Column<{ row: Row; child: boolean }>> = {
    platforms: { id: "platforms", header: t.platforms, cell: ({ row }) => <PlatformPills row={row} sought={sought} onOpen={() => setDoing({ what: "panel", row })} />, width: "15%" },
    owners: { id: "owners", header: t.owners, cell: ({ row }) => row.owners?.map(({ name }) => name).join(", ") || "—", width: "150px" },
    tags: { id: "tags", header: t.tags, cell: ({ row }) => (Object.keys(row.tags ?? {}).length === 0 ? "—" : <span class="row tag-cell">{Object.entries(row.tags ?? {}).slice(0, 2).map(([key, value]) => <Pill key={key} icon={null}>{key}:{value}</Pill>)}{Object.keys(row.tags ?? {}).length > 2 && <span class="soft">+{Object.keys(row.tags!).length - 2}</span>}</span>), width: "170px" },
    products: { id: "products", header: t.products, cell: ({ row }) => productNames(row.products) || "—", width: "130px" },
    lastSync: { id: "lastSync", header: t.lastSync, cell: ({ row }) => (row.lastSync ? <span title={dateTime(row.lastSync)}>{relative(row.lastSync)}</span> : "—"), sort: "lastSync", first: "down", width: "124px" },
    created: { id: "created", header: t.created, cell: ({ row }) => <span class="dated">{date(row.created)}</span>, sort: "created", first: "down", width: "112px" },
  };
  const menu = (row: Row): MenuEntry[] => [
    { label: t.requestData, icon: "link", onSelect: () => setDoing({ what: "request", row }) },
    { label: t.edit, icon: "edit", onSelect: () => setDoing({ what: "edit", row }) },
    ...(may("companies.delete") ? ["-" as const, { label: t.remove, icon: "bin" as const, danger: true, onSelect: () => void removeCompany(row).then((done) => done && changed()) }] : []),
  ];
  const { total, totalIsExact } = list;
  return (
    <>
      <Table
        label={t.title} rows={rows} rowKey={({ row, child }) => `${child ? "in " : ""}${row.id}`} sort={sort} onSort={onSort} loading={list.loading} error={list.error} onRetry={list.reload}
        more={list.more} onMore={list.loadMore} rowHref={({ row }) => `/portal/companies/${row.id}`} rowName={({ row }) => row.name} rowMenu={({ row }) => menu(row)}
        foot={total === undefined ? undefined : totalIsExact ? t.total(number(total), total) : t.totalMore(number(total))}
        columns={[
          { id: "name", header: t.company, cell: ({ row, child }) => <CompanyCell row={row} sought={sought} child={child} open={!!open[row.id]} onToggle={() => toggle(row)} />, sort: "name", width: "24%" },
          { id: "status", header: t.connection, cell: ({ row }) => (
            <span class="row standing">
              <CompanyStatusPills row={row} />
              {!row.statuses.some((one) => one === "Linked" || one === "Partial") && <Button size="small" variant="quiet" onClick={() => setDoing({ what: "request", row })}>{t.requestData}</Button>}
            </span>
          ), width: "272px" },
          ...chosenColumns.filter((one) => columns.includes(one)).map((one) => all[one]),
        ]}
        empty={empty}
      />
      {doing?.what === "request" && <RequestData company={doing.row} onClose={() => setDoing(undefined)} />}
      {doing?.what === "edit" && <EditCompany id={doing.row.id} onClose={() => setDoing(undefined)} onSaved={changed} />}
      {doing?.what === "panel" && <ConnectionsPanel company={doing.row} onChanged={changed} onClose={() => setDoing(undefined)} />}
    </>
  );
}

/** What stands where no company fits. */
export function NoneFits({ onClear }: { onClear: () => void }): VNode {
  const t = useWords(words);
  return <EmptyState icon="search" title={t.noneTitle} actions={<Button onClick={onClear}>{t.clear}</Button>}>{t.noneText}</EmptyState>;
}
