import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../api.ts";
import { useWords } from "../../i18n.ts";
import { Button, Checkbox, CodeBlock, CopyField, Dialog, Failure, Select, TextField } from "../../kit/index.ts";
import { kitWords } from "../../kit/words.ts";
import { useAction } from "../../load.ts";
import { useInstance } from "../../session.ts";
import type { ApiKey } from "./keys.tsx";
import { words } from "./keys-words.ts";

export const permissions = ["credentials", "proxy", "export"] as const;
export type Permission = (typeof permissions)[number];

const spans = ["30", "90", "365", "day", "never"] as const;

/** The end of a day as the person's calendar has it; undefined for none. */
function endOf(span: (typeof spans)[number], day: string): Date | undefined {
  if (span === "never") return undefined;
  if (span === "day") return new Date(`${day}T23:59:59`);
  return new Date(Date.now() + Number(span) * 86_400_000);
}

export function NewKey({ onClose, onDone }: { onClose: () => void; onDone: (key: ApiKey & { apiKey: string }) => void }): VNode {
  const t = useWords(words);
  const kit = useWords(kitWords);
  const administrator = useInstance()?.role === "administrator";
  const [name, setName] = useState("");
  const [chosen, setChosen] = useState<readonly Permission[]>([]);
  const [span, setSpan] = useState<(typeof spans)[number]>("90");
  const [day, setDay] = useState("");
  const [tried, setTried] = useState(false);
  const end = endOf(span, day);
  const wrong = end && !(end.getTime() > Date.now());
  const create = useAction(async () => {
    const body = { name: name.trim(), permissions: permissions.filter((one) => chosen.includes(one)), ...(end && { expires: end.toISOString() }) };
    onDone(await api.post<ApiKey & { apiKey: string }>("/apiKeys", body));
  });
  return (
    <Dialog
      open title={t.newTitle} onClose={onClose} locked={create.busy}
      onSubmit={() => {
        setTried(true);
        if (!wrong) void create.run();
      }}
      footer={<><Button onClick={onClose}>{kit.cancel}</Button><Button type="submit" variant="primary" busy={create.busy}>{t.create}</Button></>}
    >
      <div class="stack">
        <Failure error={create.error} />
        <TextField label={t.name} value={name} onInput={setName} most={50} help={t.nameHelp} />
        <div class="columns">
          <Select label={t.until} value={span} onChange={setSpan} options={spans.map((value) => ({ value, label: t.untils[value] }))} />
          {span === "day" && <TextField label={t.day} type="date" value={day} onInput={setDay} min={new Date().toISOString().slice(0, 10)} error={tried && wrong ? t.dayWrong : undefined} />}
        </div>
        <fieldset class="stack tight">
          <legend><strong>{t.extra}</strong></legend>
          <p class="soft small">{t.extraHelp} {!administrator && t.onlyAdministrators}</p>
          <div>
            {permissions.map((one) => (
              <Checkbox
                key={one} label={t[one]} checked={chosen.includes(one)} disabled={!administrator}
                onChange={(on) => setChosen(on ? [...chosen, one] : chosen.filter((other) => other !== one))}
              />
            ))}
          </div>
        </fieldset>
      </div>
    </Dialog>
  );
}

/** The secret, once. Nothing but its button closes this, so that no stray key takes it away. */
export function KeySecret({ secret, onClose }: { secret: string; onClose: () => void }): VNode {
  const t = useWords(words);
  return (
    <Dialog open locked title={t.madeTitle} onClose={onClose} footer={<Button variant="primary" onClick={onClose}>{t.kept}</Button>}>
      <div class="stack">
        <p>{t.madeIntro}</p>
        <CopyField label={t.secret} value={secret} />
        <div>
          <p class="small soft">{t.header}</p>
          <CodeBlock label={t.header} code={`curl ${location.origin}/api/companies \\\n  -H "Authorization: Basic $(printf %s "$API_KEY" | base64)"`} plain />
        </div>
      </div>
    </Dialog>
  );
}
