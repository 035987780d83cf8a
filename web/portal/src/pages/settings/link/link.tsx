import type { VNode } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { adopt } from "../../../adopt.ts";
import { api, tagOf } from "../../../api.ts";
import { useWords } from "../../../i18n.ts";
import { Banner, Button, Failure, PageHeader, Skeleton, TabLinks, toast } from "../../../kit/index.ts";
import { useUnsaved } from "../../../leave.ts";
import { useAction, useLoad } from "../../../load.ts";
import { type PageProps } from "../../../router.ts";
import { Beside, Preview } from "../preview/preview.tsx";
import { ClashBanner, Former } from "../former.tsx";
import { laidOver } from "../merge.ts";
import { Clash, saveOver } from "../shared.ts";
import { takeBack } from "../undo.ts";
import css from "./link.css?text";
import { ClientInformation, DataConnections, Onboarding } from "./parts.tsx";
import { sourceTypes, type LinkSettings } from "./types.ts";
import { words } from "./words.ts";

adopt(css);

/** What is sent: the answer's warnings are no settings, and empty lines no data types. */
function tidy({ warnings: _, ...settings }: LinkSettings): LinkSettings {
  const types = { ...settings.sourceTypes };
  for (const type of sourceTypes) {
    const { consent } = types[type];
    types[type] = { ...types[type], consent: { ...consent, dataTypes: (consent.dataTypes ?? []).map((line) => line.trim()).filter(Boolean) } };
  }
  return { ...settings, sourceTypes: types };
}

function Editor({ stored, tab, onSaved }: { stored: LinkSettings; tab: string; onSaved: (now: LinkSettings) => void }): VNode {
  const t = useWords(words);
  const [draft, setDraft] = useState(stored);
  const before = useRef(stored);
  // A new answer, in another language or after a restore, takes nothing away from what is being typed.
  useEffect(() => {
    const was = before.current;
    before.current = stored;
    setDraft((now) => (JSON.stringify(tidy(now)) === JSON.stringify(tidy(was)) ? stored : laidOver(tidy(was), tidy(now), tidy(stored)).mine));
  }, [stored]);
  const show = (now: LinkSettings): void => {
    onSaved(now);
    setDraft(now);
  };
  // The preview goes to the screen whose words are being written.
  const [screen, setScreen] = useState("");
  const [wide, setWide] = useState(false);
  const follow = (event: FocusEvent): void => {
    const about = (event.target as HTMLElement).closest<HTMLElement>("[data-screen]");
    setScreen(about?.dataset.screen ?? "");
    setWide(about?.dataset.wide !== undefined);
  };
  const sent = useMemo(() => tidy(draft), [draft]);
  const dirty = JSON.stringify(sent) !== JSON.stringify(tidy(stored));
  useUnsaved(dirty);
  const [clash, setClash] = useState<Clash<LinkSettings>>();
  const read = (): Promise<LinkSettings> => api.get<LinkSettings>("/settings/link");
  const reload = async (): Promise<void> => {
    setClash(undefined);
    show(await read());
  };
  const save = useAction(async (from: LinkSettings, mine: LinkSettings) => {
    setClash(undefined);
    let answer = from;
    let replaced = "";
    try {
      ({ replaced } = await saveOver({ value: tidy(from), tag: tagOf(from) }, mine, {
        kind: "link", shape: tidy, read: async () => (answer = await read()), put: async (draft, match) => (answer = await api.put<LinkSettings>("/settings/link", draft, { match })),
      }));
    } catch (thrown) {
      if (!(thrown instanceof Clash)) throw thrown;
      return setClash(thrown as Clash<LinkSettings>);
    }
    onSaved(answer);
    setDraft((then) => laidOver(mine, tidy(then), tidy(answer)).mine); // what was typed meanwhile stays
    toast({ text: t.saved, ...(replaced && { undo: async () => { await takeBack(replaced); await reload(); } }) });
  });
  const choose = useAction(async (whose: "mine" | "theirs") => {
    const now = await read();
    const next = laidOver(tidy(stored), sent, tidy(now))[whose];
    onSaved(now);
    setDraft(next);
    await save.run(now, next);
  });
  const part = { of: draft, put: (change: Partial<LinkSettings>) => setDraft((now) => ({ ...now, ...change })), error: save.error };
  return (
    <Beside
      formLabel={t.form}
      form={(
        <>
          {(stored.warnings?.length ?? 0) > 0 && (
            <Banner tone="warn" title={t.warnings}><ul class="bullets">{stored.warnings!.map(({ code, member, message }) => <li key={code + member}>{message}</li>)}</ul></Banner>
          )}
          <div class="stack" onFocusIn={follow}>
            {tab === "onboarding" ? <Onboarding {...part} /> : tab === "client" ? <ClientInformation {...part} /> : <DataConnections {...part} />}
          </div>
          {clash && <ClashBanner of={clash} busy={choose.busy || save.busy} onMine={() => void choose.run("mine")} onTheirs={() => void choose.run("theirs")} />}
          <Failure error={save.error ?? choose.error} />
          <div class="savebar apart">
            <span class="soft" role="status">{dirty ? t.unsaved : t.allSaved}</span>
            <span class="row">
              <Button disabled={!dirty || save.busy} onClick={() => { setClash(undefined); setDraft(stored); }}>{t.discard}</Button>
              <Button variant="primary" busy={save.busy} disabled={!dirty} onClick={() => void save.run(stored, sent)}>{t.save}</Button>
            </span>
          </div>
        </>
      )}
      preview={<Preview link={draft} draft={{ link: sent }} locales={draft.locales} screen={screen} wide={wide} start={`${draft.landing.enabled} ${draft.manageConnections.enabled} ${draft.oneTimeLinks}`} />}
    />
  );
}

export default function LinkPage({ params }: PageProps): VNode {
  const t = useWords(words);
  const { tab = "data" } = params;
  const { data, error, reload, set } = useLoad<LinkSettings>("/settings/link", undefined, { spoken: true });
  return (
    <>
      <PageHeader title={t.title} description={t.description} actions={<Former kinds={["link"]} onRestored={reload} />}>
        <TabLinks label={t.tabs} current={tab} tabs={(["data", "onboarding", "client"] as const).map((id) => ({ id, label: t[id], href: `/portal/settings/link${id === "data" ? "" : `/${id}`}` }))} />
      </PageHeader>
      <Failure error={error} onRetry={reload} />
      {data ? <Editor stored={data} tab={tab} onSaved={set} /> : !error && <Skeleton height={520} />}
    </>
  );
}
