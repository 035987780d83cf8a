import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../../api.ts";
import { useWords } from "../../i18n.ts";
import { Banner, Button, Card, Dialog, Pill, TextField, toast } from "../../kit/index.ts";
import { useAction } from "../../load.ts";
import { setQuery, usePlace } from "../../router.ts";
import { words as doorWords } from "../door/words.ts";
import { words } from "./words.ts";

/** How somebody stands with the sign-in service, and the way to be known there. */
export function Identity({ service, external, hasPassword, address, onUnlinked }: { service: string; external: boolean; hasPassword: boolean; address: string; onUnlinked: () => void }): VNode {
  const t = useWords(words);
  const door = useWords(doorWords);
  const [asking, setAsking] = useState<"link" | "unlink">();
  const close = (): void => setAsking(undefined);
  const unlink = async (current: string): Promise<void> => {
    await api.post("/me/identity/unlink", { current });
    close();
    toast(t.unlinked(service));
    onUnlinked();
  };
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
        {hasPassword && <div class="row end"><Button icon={external ? undefined : "link"} onClick={() => setAsking(external ? "unlink" : "link")}>{external ? t.unlink : t.link}</Button></div>}
      </div>
      {asking === "link" && <Proof title={t.linkTitle(service)} text={t.linkText(service)} label={t.linkGo} onProven={leave} onClose={close} />}
      {asking === "unlink" && <Proof title={t.unlinkTitle(service)} text={t.unlinkText(service)} label={t.unlink} danger onProven={unlink} onClose={close} />}
    </Card>
  );
}

/** Goes to the service, by a link that the password gives. */
async function leave(current: string): Promise<void> {
  const { url } = await api.post<{ url: string }>("/me/identity", { current });
  location.assign(url);
  // The page is leaving: the button stays busy until it has.
  await new Promise(() => undefined);
}

/** Asks for the password before something that only its owner may do. */
function Proof({ title, text, label, danger, onProven, onClose }: { title: string; text: string; label: string; danger?: boolean; onProven: (current: string) => Promise<void>; onClose: () => void }): VNode {
  const t = useWords(words);
  const [current, setCurrent] = useState("");
  const [tried, setTried] = useState(false);
  const go = useAction(() => onProven(current));
  return (
    <Dialog
      open size="narrow" title={title} onClose={onClose} onSubmit={() => { setTried(true); if (current) void go.run(); }}
      footer={<Button type="submit" variant={danger ? "danger" : "primary"} busy={go.busy}>{label}</Button>}
    >
      <div class="stack">
        <p>{text}</p>
        {go.error && <Banner tone="bad">{go.error.message}</Banner>}
        <TextField label={t.current} type="password" value={current} onInput={setCurrent} autocomplete="current-password" error={tried && !current ? t.currentNeeded : undefined} />
      </div>
    </Dialog>
  );
}
