import type { VNode } from "preact";
import type { ApiError } from "../../../api.ts";
import { useWords } from "../../../i18n.ts";
import { TextArea, TextField } from "../../../kit/index.ts";
import { most, sections, type Consent, type SourceTypeName } from "./types.ts";
import { words } from "./words.ts";

/** The words of the consent screen of one source type. */
export function ConsentFields({ type, of, onChange, error }: { type: SourceTypeName; of: Consent; onChange: (consent: Consent) => void; error: ApiError | undefined }): VNode {
  const t = useWords(words);
  const put = (change: Partial<Consent>): void => onChange({ ...of, ...change });
  const problem = (member: string): string | undefined => error?.problem(`sourceTypes.${type}.consent.${member}`);
  return (
    <details class="more" data-screen={`consent.${type}`}>
      <summary>{t.consent(t[type])}</summary>
      <div class="stack">
        <p class="soft small">{t.consentHelp} {t.markdown}</p>
        <TextArea label={t.message} help={t.messageHelp} value={of.message} onInput={(message) => put({ message })} most={most.body} rows={2} error={problem("message")} optional />
        {sections.map((name) => (
          <fieldset class="stack tight" key={name}>
            <legend><strong>{t.sections[name]}</strong></legend>
            <TextField label={t.header} value={of[name].header} onInput={(header) => put({ [name]: { ...of[name], header } })} most={most.header} error={problem(`${name}.header`)} />
            {name === "platformData"
              ? <TextArea label={t.dataTypes} help={t.dataTypesHelp} value={(of.dataTypes ?? []).join("\n")} onInput={(text) => put({ dataTypes: text ? text.split("\n") : [] })} rows={3} error={problem("dataTypes")} />
              : <TextArea label={t.body} value={of[name].body} onInput={(body) => put({ [name]: { ...of[name], body } })} most={most.body} rows={3} error={problem(`${name}.body`)} />}
          </fieldset>
        ))}
        <TextArea label={t.terms} value={of.terms} onInput={(terms) => put({ terms })} most={most.terms} rows={3} error={problem("terms")} optional />
        <TextField label={t.termsUrl} type="url" value={of.termsUrl} onInput={(termsUrl) => put({ termsUrl })} help={t.https} error={problem("termsUrl")} mono optional />
      </div>
    </details>
  );
}
