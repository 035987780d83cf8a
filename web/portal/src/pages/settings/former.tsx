import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { adopt } from "../../adopt.ts";
import { ApiError } from "../../api.ts";
import { dateTime, list, useWords } from "../../i18n.ts";
import { Banner, Button, confirm, Drawer, EmptyState, Failure, Skeleton, toast } from "../../kit/index.ts";
import { useAction, useLoad } from "../../load.ts";
import css from "./former.css?text";
import { areasOf, words } from "./former-words.ts";
import { restore, type Change, type Clash, type SettingsKind } from "./shared.ts";

adopt(css);

/** How many changes are shown at once. */
const page = 20;

/** Opens the list of what was changed on a page, from which everything can be restored. */
export function Former({ kinds, onRestored }: { kinds: readonly SettingsKind[]; onRestored: () => void }): VNode {
  const t = useWords(words);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button icon="clock" onClick={() => setOpen(true)}>{t.open}</Button>
      {open && <List kinds={kinds} onClose={() => setOpen(false)} onRestored={() => { setOpen(false); onRestored(); }} />}
    </>
  );
}

function List({ kinds, onClose, onRestored }: { kinds: readonly SettingsKind[]; onClose: () => void; onRestored: () => void }): VNode {
  const t = useWords(words);
  const { data, error, reload } = useLoad<{ results: Change[] }>("/settings/history", kinds.length === 1 ? { kind: kinds[0] } : {});
  const [shown, setShown] = useState(page);
  const [stale, setStale] = useState(false);
  const all = data?.results.filter(({ kind }) => kinds.includes(kind)) ?? [];
  const back = useAction(async (one: Change) => {
    const ofKind = all.filter(({ kind }) => kind === one.kind);
    // Later changes of the kind are taken back with it.
    const areas = areasOf(ofKind.slice(0, ofKind.indexOf(one) + 1).flatMap(({ summary }) => summary), t);
    if (!(await confirm({ title: t.ask, body: <><p>{t.askText(dateTime(one.at))}</p><ul class="bullets">{areas.map((area) => <li key={area}>{area}</li>)}</ul></>, action: t.restore }))) return;
    setStale(false);
    try {
      await restore(one.id, ofKind[0]!.id);
    } catch (thrown) {
      if (!(thrown instanceof ApiError) || thrown.status !== 412) throw thrown;
      setStale(true);
      return reload();
    }
    onRestored();
    toast(t.restored);
  });
  return (
    <Drawer open title={t.open} onClose={onClose} locked={back.busy}>
      <div class="stack">
        <p class="soft">{t.intro}</p>
        <Failure error={error ?? back.error} onRetry={error && reload} />
        {stale && <Banner tone="warn"><p>{t.again}</p></Banner>}
        {!data && !error && <Skeleton height={240} />}
        {data && !all.length && <EmptyState icon="clock" title={t.emptyTitle}>{t.emptyText}</EmptyState>}
        <ul class="former">
          {all.slice(0, shown).map((one) => (
            <li key={one.id} class="row between">
              <span class="grow"><strong>{list(areasOf(one.summary, t))}</strong><br /><span class="soft small">{one.actorName ?? t.somebody} · {dateTime(one.at)}</span></span>
              <Button size="small" icon="undo" rest={{ "aria-label": t.restoreOf(dateTime(one.at)) }} onClick={() => void back.run(one)}>{t.restore}</Button>
            </li>
          ))}
        </ul>
        {all.length > shown && <Button onClick={() => setShown(shown + page)}>{t.more}</Button>}
      </div>
    </Drawer>
  );
}

/** Two people changed the same: whoever comes second decides. */
export function ClashBanner<T extends object>({ of, onMine, onTheirs, busy = false }: { of: Clash<T>; onMine: () => void; onTheirs: () => void; busy?: boolean }): VNode {
  const t = useWords(words);
  const what = list(areasOf(of.members, t).map(t.quoted));
  const place = useRef<HTMLDivElement>(null);
  // Whoever has just saved may be far from it.
  useEffect(() => place.current?.scrollIntoView({ block: "center" }), [of]);
  return (
    <div ref={place}>
      <Banner tone="bad" title={t.clashTitle} actions={<><Button size="small" busy={busy} onClick={onMine}>{t.mine}</Button><Button size="small" busy={busy} onClick={onTheirs}>{t.theirs}</Button></>}>
        <p>{of.by ? t.clash(of.by.actorName ?? t.somebody, dateTime(of.by.at), what) : t.clashUnknown(what)}</p>
      </Banner>
    </div>
  );
}
