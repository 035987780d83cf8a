import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../../api.ts";
import { locale, locales, useWords, type Locale } from "../../i18n.ts";
import { Banner, Button, CodeBlock, CopyButton, CopyField, Dialog, Failure, RadioGroup, Skeleton } from "../../kit/index.ts";
import { useAction } from "../../load.ts";
import { useInstance } from "../../session.ts";
import { useCell } from "../../cell.ts";
import type { Links } from "./types.ts";
import { mails, words } from "./words.ts";

/** A link as a QR symbol, which comes when it is wanted. */
function Symbol({ text }: { text: string }): VNode {
  const t = useWords(words);
  const [drawing, setDrawing] = useState<{ QR: typeof import("./symbol.tsx").default }>();
  useEffect(() => {
    import("./symbol.tsx").then(({ default: QR }) => setDrawing({ QR }), () => {
      // Out of reach: the link itself is there.
    });
  }, []);
  return drawing ? <drawing.QR text={text} label={t.qr} /> : <Skeleton width="168px" height={168} />;
}

/** A link with everything that helps to bring it to somebody: copy, QR code, an e-mail. */
export function Share({ url, company }: { url: string; company: string }): VNode {
  const t = useWords(words);
  const from = useInstance()?.name ?? "";
  const [language, setLanguage] = useState<Locale>(useCell(locale));
  const once = /[?&](link\.)?otp=/.test(url);
  const mail = mails[language](company, from, url, once);
  return (
    <div class="stack">
      {once && <Banner tone="warn">{t.onceText}</Banner>}
      <CopyField label={t.linkUrl} value={url} />
      <details class="more">
        <summary>{t.qr}</summary>
        <Symbol text={url} />
      </details>
      <details class="more">
        <summary>{t.mail}</summary>
        <div class="stack">
          <RadioGroup label={t.mailLanguage} variant="segments" value={language} onChange={setLanguage} options={locales.map((value) => ({ value, label: t.mailLanguages[value] }))} />
          <div class="stack tight"><strong class="subject">{mail.subject}</strong><CodeBlock label={t.mailWhat} code={mail.body} plain wrap /></div>
          <div class="row">
            <CopyButton value={`${mail.subject}\n\n${mail.body}`} what={t.mailWhat} text={t.mailCopy} />
            <Button icon="mail" href={`mailto:?subject=${encodeURIComponent(mail.subject)}&body=${encodeURIComponent(mail.body)}`}>{t.mailOpen}</Button>
          </div>
        </div>
      </details>
    </div>
  );
}

/** Makes the link of a company, or of one of its connections, and shows it. Each opening makes a fresh one. */
export function RequestData({ company, connection, onClose }: {
  company: { id: string; name: string };
  connection?: { id: string; name: string };
  onClose: () => void;
}): VNode {
  const t = useWords(words);
  const [links, setLinks] = useState<Links>();
  const make = useAction(async () => setLinks(await api.post<Links>(`/companies/${company.id}/links`)));
  useEffect(() => void make.run(), [company.id]);
  const url = connection ? links?.connections.find(({ connectionId }) => connectionId === connection.id)?.url : links?.hosted;
  const once = url !== undefined && /[?&](link\.)?otp=/.test(url);
  return (
    <Dialog
      open title={t.requestTitle(company.name)} onClose={onClose}
      footer={<>{once && <Button busy={make.busy} onClick={() => void make.run()}>{t.again}</Button>}<Button variant="primary" onClick={onClose}>{t.close}</Button></>}
    >
      <div class="stack">
        <p>{connection ? t.requestOne(connection.name) : t.requestText}</p>
        <Failure error={make.error} onRetry={() => void make.run()} />
        {url ? <Share url={url} company={company.name} /> : !make.error && <Skeleton height={120} />}
      </div>
    </Dialog>
  );
}

/** The link for everybody who is not a company yet. */
export function Invite({ url, onClose }: { url: string; onClose: () => void }): VNode {
  const t = useWords(words);
  return (
    <Dialog open title={t.inviteTitle} onClose={onClose} footer={<Button variant="primary" onClick={onClose}>{t.close}</Button>}>
      <div class="stack">
        <p>{t.inviteText}</p>
        <CopyField label={t.linkUrl} value={url} />
        <Symbol text={url} />
      </div>
    </Dialog>
  );
}
