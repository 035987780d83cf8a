import type { VNode } from "preact";
import type { ApiError } from "../../../api.ts";
import { useWords } from "../../../i18n.ts";
import { Card, Checkbox, Combobox, confirm, Switch, TextArea, TextField } from "../../../kit/index.ts";
import { ConsentFields } from "./consent.tsx";
import { journeyLocales, most, sourceTypes, type LinkSettings, type SourceTypeName, type SourceTypeSettings } from "./types.ts";
import { words } from "./words.ts";

interface PartProps {
  of: LinkSettings;
  put: (change: Partial<LinkSettings>) => void;
  error: ApiError | undefined;
}

/** The first tab: what is asked for, and with which words. */
export function DataConnections({ of, put, error }: PartProps): VNode {
  const t = useWords(words);
  const change = (type: SourceTypeName, to: Partial<SourceTypeSettings>): void => put({ sourceTypes: { ...of.sourceTypes, [type]: { ...of.sourceTypes[type], ...to } } });
  return (
    <>
      <Card title={t.types}>
        <div class="stack">
          {sourceTypes.map((type) => {
            const one = of.sourceTypes[type];
            return (
              <div class="stack tight" key={type}>
                <Switch after label={<strong>{t[type]}</strong>} help={t.ask(t.typeNames[type])} checked={one.enabled} onChange={(enabled) => change(type, { enabled })} />
                {one.enabled && <Checkbox label={t.optional} help={t.optionalHelp} checked={one.optional} onChange={(optional) => change(type, { optional })} />}
                {one.enabled && <ConsentFields type={type} of={one.consent} onChange={(consent) => change(type, { consent })} error={error} />}
              </div>
            );
          })}
        </div>
      </Card>
      <Card><Switch after label={t.sandbox} help={t.sandboxHelp} checked={of.showSandboxIntegrations} onChange={(showSandboxIntegrations) => put({ showSandboxIntegrations })} /></Card>
    </>
  );
}

const switches = ["multiEntity", "mobileWarning", "handOver", "recommendAnother", "securedBy", "navigationBar"] as const;

/** The second tab: how the journey goes. */
export function Onboarding({ of, put, error }: PartProps): VNode {
  const t = useWords(words);
  const oneTime = async (on: boolean): Promise<void> => {
    if (on && !(await confirm({ title: t.oneTimeTitle, body: <><p>{t.oneTimeBody}</p><ul class="bullets">{t.oneTimeEffects.map((line) => <li key={line}>{line}</li>)}</ul></>, action: t.oneTimeAction }))) return;
    put({ oneTimeLinks: on });
  };
  const { landing, manageConnections: manage, invite, leftPanel: panel } = of;
  const name = new Intl.DisplayNames([document.documentElement.lang], { type: "language" });
  const option = (value: string) => ({ value, label: name.of(value) ?? value });
  return (
    <>
      <Card title={t.journey}>
        <div class="stack">
          {switches.map((one) => <Switch key={one} after label={t[one]} help={t[`${one}Help`]} checked={of[one]} onChange={(on) => put({ [one]: on })} />)}
        </div>
      </Card>
      <div data-screen="landing">
        <Card title={t.landing} description={t.landingHelp} actions={<Switch label={t.landing} hideLabel checked={landing.enabled} onChange={(enabled) => put({ landing: { ...landing, enabled } })} />}>
          {landing.enabled ? (
            <div class="stack">
              <TextField label={t.landingTitle} value={landing.title} onInput={(title) => put({ landing: { ...landing, title } })} most={most.header} error={error?.problem("landing.title")} />
              <TextArea label={t.landingBody} value={landing.body} onInput={(body) => put({ landing: { ...landing, body } })} most={most.body} rows={4} help={t.markdown} error={error?.problem("landing.body")} />
              <Checkbox label={t.companyLogo} checked={landing.companyLogo} onChange={(companyLogo) => put({ landing: { ...landing, companyLogo } })} />
            </div>
          ) : undefined}
        </Card>
      </div>
      <div data-screen="manage">
        <Card title={t.manage} description={t.manageHelp} actions={<Switch label={t.manage} hideLabel checked={manage.enabled} onChange={(enabled) => put({ manageConnections: { ...manage, enabled } })} />}>
          {manage.enabled ? (
            <div class="stack">
              <TextField label={t.manageTitle} value={manage.title} onInput={(title) => put({ manageConnections: { ...manage, title } })} most={most.header} error={error?.problem("manageConnections.title")} />
              <TextField label={t.manageSubtitle} value={manage.subtitle} onInput={(subtitle) => put({ manageConnections: { ...manage, subtitle } })} most={most.subtitle} error={error?.problem("manageConnections.subtitle")} />
            </div>
          ) : undefined}
        </Card>
      </div>
      <div data-screen="invite">
        <Card title={t.invite} description={t.inviteHelp}>
          <div class="stack">
            <TextField label={t.landingTitle} value={invite.title} onInput={(title) => put({ invite: { ...invite, title } })} most={most.header} error={error?.problem("invite.title")} />
            <TextArea label={t.landingBody} value={invite.body} onInput={(body) => put({ invite: { ...invite, body } })} most={most.body} rows={3} help={t.markdown} error={error?.problem("invite.body")} />
          </div>
        </Card>
      </div>
      <div data-screen="main" data-wide>
        <Card title={t.panel} description={t.panelHelp}>
          <div class="stack">
            <TextField label={t.header} value={panel.header} onInput={(header) => put({ leftPanel: { ...panel, header } })} most={most.header} error={error?.problem("leftPanel.header")} />
            <TextArea label={t.body} value={panel.body} onInput={(body) => put({ leftPanel: { ...panel, body } })} most={most.body} rows={4} help={t.markdown} error={error?.problem("leftPanel.body")} />
          </div>
        </Card>
      </div>
      <div data-screen="exit">
        <Card title={t.exit}>
          <TextField label={t.exitMessage} value={of.exitMessage} onInput={(exitMessage) => put({ exitMessage })} most={most.exit} error={error?.problem("exitMessage")} />
        </Card>
      </div>
      <Card title={t.links}>
        <div class="stack">
          <Switch after label={t.oneTime} help={t.oneTimeHelp} checked={of.oneTimeLinks} onChange={(on) => void oneTime(on)} />
          <Switch after label={t.tokenless} help={t.tokenlessHelp} checked={of.allowTokenless} onChange={(allowTokenless) => put({ allowTokenless })} />
        </div>
      </Card>
      <Card title={t.languages}>
        <Combobox label={t.languages} hideLabel multiple value={of.locales.map(option)} options={journeyLocales.map(option)} onChange={(chosen) => chosen.length && put({ locales: chosen.map(({ value }) => value) })} help={t.languagesHelp} error={error?.problem("locales")} />
      </Card>
    </>
  );
}

/** The third tab: what customers can turn to. */
export function ClientInformation({ of, put, error }: PartProps): VNode {
  const t = useWords(words);
  return (
    <Card title={t.help}>
      <div class="stack">
        <TextArea label={t.support} value={of.supportText} onInput={(supportText) => put({ supportText })} most={most.support} rows={3} help={`${t.supportHelp} ${t.markdown}`} error={error?.problem("supportText")} optional />
        <TextField label={t.security} type="url" value={of.securityUrl} onInput={(securityUrl) => put({ securityUrl })} help={t.https} error={error?.problem("securityUrl")} mono optional />
        <TextArea label={t.termsAndContent} value={of.termsAndContent} onInput={(termsAndContent) => put({ termsAndContent })} most={most.terms} rows={8} help={`${t.termsAndContentHelp} ${t.markdown}`} error={error?.problem("termsAndContent")} optional />
      </div>
    </Card>
  );
}
