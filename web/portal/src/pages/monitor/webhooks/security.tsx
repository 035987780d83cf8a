import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../../api.ts";
import { date, dateTime, useWords } from "../../../i18n.ts";
import { Button, Card, confirm, CopyField, DescriptionList, Failure, TextArea, toast } from "../../../kit/index.ts";
import { useAction } from "../../../load.ts";
import type { Consumer } from "./types.ts";
import { words } from "./words.ts";

interface Secret {
  signingSecret: string;
  formerSecret?: string;
  formerUntil?: string;
}

function SecretCard({ consumer, onChanged }: { consumer: Consumer; onChanged: () => void }): VNode {
  const t = useWords(words);
  const [secret, setSecret] = useState<Secret>();
  const show = useAction(async () => setSecret(await api.get<Secret>(`/webhooks/${consumer.id}/secret`)));
  const rotate = (): void => void confirm({
    title: t.rotateTitle, body: t.rotateBody, action: t.rotate,
    perform: async () => {
      setSecret(await api.post<Secret>(`/webhooks/${consumer.id}/secret`, {}));
      toast(t.rotated);
      onChanged();
    },
  });
  return (
    <Card title={t.secret} description={t.secretText} footer={<div class="row end"><Button icon="refresh" onClick={rotate}>{t.rotate}</Button></div>}>
      <div class="stack">
        <Failure error={show.error} />
        {secret ? (
          <>
            <CopyField label={t.secret} value={secret.signingSecret} />
            {secret.formerSecret && <CopyField label={t.former} value={secret.formerSecret} help={secret.formerUntil && t.formerText(dateTime(secret.formerUntil))} />}
          </>
        ) : <div><Button icon="eye" busy={show.busy} onClick={() => void show.run()}>{t.show}</Button></div>}
      </div>
    </Card>
  );
}

function CertificateCard({ consumer, onChanged }: { consumer: Consumer; onChanged: () => void }): VNode {
  const t = useWords(words);
  const [pem, setPem] = useState<string>();
  const now = consumer.clientCertificate;
  const save = useAction(async () => {
    await api.put(`/webhooks/${consumer.id}/clientCertificate`, { pem, version: consumer.version });
    setPem(undefined);
    toast(t.certificateSaved);
    onChanged();
  });
  const remove = (): void => void confirm({
    title: t.certificateRemoveTitle, body: t.certificateRemoveBody, action: t.certificateRemove, danger: true,
    perform: async () => {
      await api.delete(`/webhooks/${consumer.id}/clientCertificate`);
      toast(t.certificateRemoved);
      onChanged();
    },
  });
  return (
    <Card
      title={t.certificate} description={t.certificateText}
      footer={(
        <div class="row end">
          {pem !== undefined
            ? <><Button onClick={() => setPem(undefined)}>{t.cancel}</Button><Button variant="primary" busy={save.busy} disabled={!pem.trim()} onClick={() => void save.run()}>{t.save}</Button></>
            : <>{now && <Button variant="danger" onClick={remove}>{t.certificateRemove}</Button>}<Button onClick={() => setPem("")}>{now ? t.certificateReplace : t.certificateSet}</Button></>}
        </div>
      )}
    >
      <div class="stack">
        {now ? (
          <DescriptionList items={[
            { term: t.subject, value: now.subject }, { term: t.expires, value: date(now.expires) },
            { term: t.fingerprint, value: <code class="wrap-anywhere">{now.fingerprint}</code> },
          ]} />
        ) : <p class="soft">{t.certificateNone}</p>}
        {pem !== undefined && <><Failure error={save.error} fields={["pem"]} /><TextArea label={t.pem} help={t.pemHelp} error={save.error?.problem("pem")} value={pem} onInput={setPem} rows={8} mono /></>}
      </div>
    </Card>
  );
}

/** How a consumer's server knows us. */
export function Security({ consumer, onChanged }: { consumer: Consumer; onChanged: () => void }): VNode {
  return (
    <div class="stack narrow">
      <SecretCard consumer={consumer} onChanged={onChanged} />
      <CertificateCard consumer={consumer} onChanged={onChanged} />
    </div>
  );
}
