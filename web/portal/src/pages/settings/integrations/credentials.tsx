import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { api } from "../../../api.ts";
import { list, useWords } from "../../../i18n.ts";
import { Banner, Button, Card, confirm, Failure, Select, Switch, TextArea, TextField, toast } from "../../../kit/index.ts";
import { useUnsaved } from "../../../leave.ts";
import { useAction } from "../../../load.ts";
import { choices, type Guide, type GuideField, type Overview, type Setup } from "./types.ts";
import { words } from "./words.ts";

/** Typed texts by field and registration; what is not in it stays as it is stored. */
type Typed = Record<string, string>;

const valueName = (field: GuideField): string | undefined => (field.name.startsWith("values.") ? field.name.slice(7) : undefined);

function storedText(setup: Setup, option: string, field: GuideField): { text: string; kept: boolean } {
  const value = valueName(field);
  if (value !== undefined) {
    const one = setup.values?.[value];
    return typeof one === "string" ? { text: one, kept: false } : { text: "", kept: one?.set ?? false };
  }
  const client = setup.clients?.[option];
  if (field.name === "clientId") return { text: client?.clientId ?? "", kept: false };
  return { text: "", kept: (field.name === "clientSecret" ? client?.hasSecret : client?.hasPrivateKey) ?? false };
}

/** What is sent: all registrations and values, each secret only where it was typed. */
function bodyOf(setup: Setup, guide: Guide, typed: Typed, sandbox: boolean): Record<string, unknown> {
  const options = guide.options?.map(({ value }) => value) ?? [""];
  const fields = guide.fields ?? [];
  const clients: Record<string, Record<string, string>> = {};
  for (const option of options) {
    const client: Record<string, string> = {};
    for (const field of fields.filter((one) => valueName(one) === undefined)) {
      const text = typed[`${option}/${field.name}`] ?? (field.secret ? "" : storedText(setup, option, field).text);
      if (text.trim()) client[field.name] = text.trim();
    }
    if (Object.keys(client).length || setup.clients?.[option]) clients[option] = client;
  }
  const values: Record<string, string> = {};
  for (const field of fields) {
    const name = valueName(field);
    const text = typed[`/${field.name}`] ?? (field.secret ? "" : storedText(setup, "", field).text);
    if (name !== undefined && text.trim()) values[name] = text.trim();
  }
  return { ...choices(setup), clients, values, ...(sandbox !== setup.defaults.sandbox || setup.sandbox !== undefined ? { sandbox } : {}) };
}

/** The registration with the provider: what the guide says to bring back. */
export function Credentials({ of, setup, guide, onSaved }: { of: Overview; setup: Setup; guide: Guide; onSaved: () => void }): VNode {
  const t = useWords(words);
  const [typed, setTyped] = useState<Typed>({});
  const [option, setOption] = useState(guide.options?.[0]?.value ?? "");
  const now = setup.sandbox ?? setup.defaults.sandbox;
  const [sandbox, setSandbox] = useState(now);
  const dirty = Object.keys(typed).length > 0 || sandbox !== now;
  useUnsaved(dirty);
  const save = useAction(async () => {
    await api.put(`/integrations/${of.key}/setup`, bodyOf(setup, guide, typed, sandbox));
    setTyped({});
    toast(t.saved);
    onSaved();
  });
  const reset = (): void => void confirm({
    title: t.resetTitle(of.name), body: t.resetBody(of.linked), action: t.reset, danger: true, ...(of.linked > 0 && { typed: of.name }),
    perform: async () => {
      await api.delete(`/integrations/${of.key}/setup`);
      toast(t.resetDone);
      onSaved();
    },
  });
  const fields = guide.fields ?? [];
  const field = (one: GuideField): VNode => {
    const at = `${valueName(one) === undefined ? option : ""}/${one.name}`;
    const { text, kept } = storedText(setup, option, one);
    const props = {
      label: one.label, value: typed[at] ?? text, onInput: (to: string) => setTyped({ ...typed, [at]: to }), optional: one.optional, mono: true,
      help: <>{one.help}{kept && typed[at] === undefined && <> {t.stored}</>}</>, error: save.error?.problem(one.name), placeholder: kept ? t.keep : "",
    };
    return one.name === "privateKey" ? <TextArea key={at} {...props} rows={5} /> : <TextField key={at} {...props} type={one.secret ? "password" : "text"} autocomplete="off" />;
  };
  const missing = setup.missing ?? [];
  return (
    <Card
      title={t.credentials} description={t.credentialsText}
      footer={(
        <div class="row between">
          <span>{setup.version > 0 && <Button variant="quiet" icon="bin" onClick={reset}>{t.reset}</Button>}</span>
          <Button variant="primary" busy={save.busy} disabled={!dirty} onClick={() => void save.run()}>{t.save}</Button>
        </div>
      )}
    >
      <form class="stack" noValidate onSubmit={(event) => { event.preventDefault(); if (dirty) void save.run(); }}>
        <Failure error={save.error} fields={fields.map(({ name }) => name)} />
        {missing.length > 0
          ? <Banner tone="warn" title={t.missing}>{list(missing.map((name) => fields.find((one) => one.name === name)?.label ?? t.missingNames[name] ?? name))}</Banner>
          : <Banner tone="good">{t.complete}</Banner>}
        {guide.options && <Select label={t.option} value={option} onChange={setOption} options={guide.options} />}
        {fields.map(field)}
        <Switch after label={t.sandbox} help={t.environmentHelp} checked={sandbox} onChange={setSandbox} />
      </form>
    </Card>
  );
}
