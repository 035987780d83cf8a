import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { adopt } from "../../../adopt.ts";
import { api } from "../../../api.ts";
import { here } from "../../../here.ts";
import { number, useWords } from "../../../i18n.ts";
import { EmptyState, Failure, IconButton, PageHeader, Pill, Switch, Table, Tabs, TextField, toast } from "../../../kit/index.ts";
import { useAction, useLoad } from "../../../load.ts";
import { setQuery, usePlace } from "../../../router.ts";
import css from "./integrations.css?text";
import { choices, type Overview, type Setup } from "./types.ts";
import { words } from "./words.ts";

adopt(css);

/** How far an integration is, as one pill. */
export function StatePill({ of }: { of: Overview }): VNode {
  const t = useWords(words);
  if (of.offered) return <Pill tone="good">{t.offered}</Pill>;
  return of.enabled || of.hasCredentials ? (of.enabled ? <Pill tone="warn">{t.needs}</Pill> : <Pill>{t.off}</Pill>) : <Pill>{t.off}</Pill>;
}

const typeOrder = ["Accounting", "Banking", "Commerce", "BankFeed", "Expense", "Other", "Unknown"];

/** For how long moves belong together, in milliseconds: while their message is shown. */
const undoable = 10_000;

/** Sandboxes and beta integrations stay below all others. */
const last = ({ isSandbox, isBeta }: Overview): boolean => isSandbox || isBeta;

/** Switches an integration on or off, with everything else of its set-up as it is. */
async function enable(key: string, enabled: boolean): Promise<void> {
  const setup = await api.get<Setup>(`/integrations/${key}/setup`);
  await api.put(`/integrations/${key}/setup`, { ...choices(setup), enabled });
}

export default function IntegrationsPage(): VNode {
  const t = useWords(words);
  const { query } = usePlace();
  const { data, error, reload, set } = useLoad<{ results: Overview[] }>("/settings/integrations");
  const [text, setText] = useState("");
  const [dragged, setDragged] = useState<string>();
  const all = data?.results ?? [];
  const types = typeOrder.filter((type) => all.some(({ sourceType }) => sourceType === type));
  const type = types.find((one) => one === query.get("type")) ?? types[0] ?? "Accounting";
  const sought = text.trim().toLowerCase();
  const ofType = all.filter(({ sourceType }) => sourceType === type); // in the order of the server, which customers see too
  const rows = ofType.filter(({ name, key }) => `${name} ${key}`.toLowerCase().includes(sought));
  const toggle = useAction(async (one: Overview, enabled: boolean) => {
    await enable(one.key, enabled);
    reload();
    toast({ text: enabled ? t.enabledNow(one.name) : t.disabledNow(one.name), undo: async () => { await enable(one.key, !enabled); reload(); } });
  });
  const put = async (keys: string[]): Promise<void> => set(await api.put<{ results: Overview[] }>("/integrations/order", { sourceType: type, keys }));
  // Moves one after the other are one change, with one way back: to how it was before the first.
  const before = useRef<{ type: string; keys: string[]; until: number }>(undefined);
  const sort = useAction(async (keys: string[]) => {
    const last = before.current;
    const from = last?.type === type && last.until > Date.now() ? last.keys : ofType.map(({ key }) => key);
    await put(keys);
    before.current = { type, keys: from, until: Date.now() + undoable };
    toast({ kind: `order ${type}`, text: t.reordered, undo: async () => { before.current = undefined; await put(from); } });
  });
  const moved = useRef("");
  const move = (key: string, to: number, button = ""): void => {
    const keys = ofType.map((one) => one.key).filter((one) => one !== key);
    keys.splice(to, 0, key);
    moved.current = button;
    void sort.run(keys);
  };
  // A row that moves loses the focus, and somebody may want to press again.
  useEffect(() => {
    if (!moved.current || sort.busy) return;
    const [key, way] = moved.current.split(" ");
    moved.current = "";
    const button = (to: string): HTMLButtonElement | null => document.querySelector(`[data-move="${key} ${to}"]:not(:disabled)`);
    (button(way!) ?? button(way === "up" ? "down" : "up"))?.focus();
  }, [data, sort.busy]);
  return (
    <>
      <PageHeader title={t.title} description={t.description} />
      <Failure error={toggle.error ?? sort.error} />
      <Tabs label={t.tabs} tabs={types.map((one) => ({ id: one, label: t.types[one] ?? one, count: all.filter(({ sourceType }) => sourceType === one).length }))} selected={type} onSelect={(one) => setQuery({ type: one })}>
        <div class="stack">
          <div class="narrow"><TextField label={t.find} hideLabel type="search" icon="search" value={text} onInput={setText} placeholder={t.find} /></div>
          <Table
            label={t.title} rows={data && rows} rowKey={({ key }) => key} error={error} onRetry={reload} rowHref={({ key }) => `/portal/settings/integrations/${key}`} rowName={({ name }) => name}
            chosen={({ key }) => key === dragged} skeletonRows={8}
            columns={[
              { id: "name", header: t.name, cell: (one) => (
                <span
                  class="integration-name" draggable={!sought} onDragStart={() => setDragged(one.key)} onDragEnd={() => setDragged(undefined)}
                  onDragOver={(event) => dragged && event.preventDefault()}
                  onDrop={(event) => { event.preventDefault(); if (dragged) move(dragged, ofType.findIndex(({ key }) => key === one.key)); setDragged(undefined); }}
                >
                  <img src={here(one.logoUrl)} alt="" width={28} height={28} draggable={false} /><span class="truncate">{one.name}</span>
                  {one.isSandbox && <Pill tone="test">{t.sandbox}</Pill>}{one.isBeta && <Pill icon={null}>{t.beta}</Pill>}
                </span>
              ), width: "38%" },
              { id: "state", header: t.state, cell: (one) => <StatePill of={one} />, width: "150px" },
              { id: "connections", header: t.connections, cell: ({ connections, linked }) => (connections ? <span>{number(connections)} <span class="soft small">({t.linked(number(linked))})</span></span> : "—"), width: "150px" },
              { id: "order", header: t.order, cell: (one) => {
                const at = ofType.findIndex(({ key }) => key === one.key);
                const above = ofType[at - 1];
                const below = ofType[at + 1];
                return (
                  <span class="order">
                    <IconButton icon="up" size="small" label={t.up(one.name)} disabled={!above || last(above) !== last(one)} onClick={() => move(one.key, at - 1, `${one.key} up`)} rest={{ "data-move": `${one.key} up` }} />
                    <IconButton icon="down" size="small" label={t.down(one.name)} disabled={!below || last(below) !== last(one)} onClick={() => move(one.key, at + 1, `${one.key} down`)} rest={{ "data-move": `${one.key} down` }} />
                  </span>
                );
              }, width: "90px" },
              { id: "on", header: t.on, cell: (one) => <Switch label={t.enable(one.name)} hideLabel checked={one.enabled} disabled={toggle.busy} onChange={(on) => void toggle.run(one, on)} />, width: "80px" },
            ]}
            empty={<EmptyState icon="plug" title={t.none}>{t.noneText}</EmptyState>}
          />
        </div>
      </Tabs>
    </>
  );
}
