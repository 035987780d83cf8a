import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../../api.ts";
import { useWords } from "../../i18n.ts";
import { Banner, Button, Card, Dialog, Pill, TextField } from "../../kit/index.ts";
import { useAction } from "../../load.ts";
import { setQuery, usePlace } from "../../router.ts";
import { words as doorWords } from "../door/words.ts";
import { words } from "./words.ts";

/** How somebody stands with the sign-in service, and the way to be known there. */
export function Identity({ service, external, hasPassword, address }: { service: string; external: boolean; hasPassword: boolean; address: string }): VNode {
  const t = useWords(words);
  const door = useWords(doorWords);
  const [asking, setAsking] = useState(false);
  // What came of a way there and back; it is gone from the address when the page is left.
  const { query } = usePlace();
  const [came] = useState(query.get("sso"));
  useEffect(() => setQuery({ sso: null }), []);
  const refused = (why: string): string => ({ taken: t.linkTaken, notAnew: t.linkNotAnew(service), noAuthTime: t.linkNoAuthTime(service) })[why]
    ?? door.sso[why as keyof typeof door.sso] ?? door.sso.failed;
  return (
    <Card title={t.service} actions={external && <Pill tone="good">{t.serviceState}</Pill>}>
      <div class="stack">
        {came === "linked" && external && <Banner tone="good">{t.linked(service, address)}</Banner>}
        {came && came !== "linked" && <Banner tone="bad">{refused(came)}</Banner>}
        {external ? came !== "linked" && <p class="soft">{t.serviceLinked(service, address)}</p> : <p class="soft">{t.serviceOther(service)}</p>}
        {!external && hasPassword && <div class="row end"><Button icon="link" onClick={() => setAsking(true)}>{t.link}</Button></div>}
      </div>
      {asking && <Asking service={service} onClose={() => setAsking(false)} />}
    </Card>
  );
}

function Asking({ service, onClose }: { service: string; onClose: () => void }): VNode {
  const t = useWords(words);
  const [current, setCurrent] = useState("");
  const [tried, setTried] = useState(false);
  const go = useAction(async () => {
    const { url } = await api.post<{ url: string }>("/me/identity", { current });
    location.assign(url);
    // The page is leaving: the button stays busy until it has.
    await new Promise(() => undefined);
  });
  return (
    <Dialog
      open size="narrow" title={t.linkTitle(service)} onClose={onClose} onSubmit={() => { setTried(true); if (current) void go.run(); }}
      footer={<Button type="submit" variant="primary" busy={go.busy}>{t.linkGo}</Button>}
    >
      <div class="stack">
        <p>{t.linkText(service)}</p>
        {go.error && <Banner tone="bad">{go.error.message}</Banner>}
        <TextField label={t.current} type="password" value={current} onInput={setCurrent} autocomplete="current-password" error={tried && !current ? t.currentNeeded : undefined} />
      </div>
    </Dialog>
  );
}
