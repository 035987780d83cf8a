import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { api } from "../../api.ts";
import { relative, useWords } from "../../i18n.ts";
import { Banner, Button, Card, DescriptionList, Failure, PageHeader, Pill, Skeleton, Switch, TextArea, toast } from "../../kit/index.ts";
import { useUnsaved } from "../../leave.ts";
import { useAction, useLoad } from "../../load.ts";
import type { Role } from "../../session.ts";
import { shellWords } from "../../words/index.ts";
import { emptyService, Groups, Service, type ServiceForm } from "./sign-in-service.tsx";
import { words } from "./sign-in-words.ts";

interface Test {
  at: string;
  ok: boolean;
  problem?: string;
  email?: string;
  emailVerified: boolean;
  groups?: string[];
  role?: Role;
}

interface SignIn {
  password: boolean;
  message: string;
  sso: (Omit<ServiceForm, "clientSecret" | "scopes"> & { hasSecret: boolean; scopes: string[] }) | null;
  tested?: Test | null;
  callbackUrl: string;
}

interface Form {
  password: boolean;
  message: string;
  sso: ServiceForm | null;
}

const formOf = ({ password, message, sso }: SignIn): Form => ({
  password, message,
  sso: sso && { issuer: sso.issuer, clientId: sso.clientId, label: sso.label, groupsClaim: sso.groupsClaim, trustEmail: sso.trustEmail ?? false, mapping: sso.mapping ?? [], clientSecret: "", scopes: (sso.scopes ?? []).join(" ") },
});

export default function SignInSettingsPage(): VNode {
  const t = useWords(words);
  const settings = useLoad<SignIn>("/settings/signIn", undefined, { spoken: true });
  return (
    <>
      <PageHeader title={t.title} description={t.intro} />
      <Failure error={settings.error} onRetry={settings.reload} />
      {settings.data ? <Editor saved={settings.data} onSaved={settings.set} /> : !settings.error && <div class="narrow"><Skeleton height={320} /></div>}
    </>
  );
}

const most = 250;

function Editor({ saved, onSaved }: { saved: SignIn; onSaved: (next: SignIn) => void }): VNode {
  const t = useWords(words);
  const [form, setForm] = useState(() => formOf(saved));
  const [tried, setTried] = useState(false);
  const dirty = JSON.stringify(form) !== JSON.stringify(formOf(saved));
  useUnsaved(dirty);
  // A newer answer, such as after a test, shows unless somebody is writing.
  useEffect(() => {
    if (!dirty) setForm(formOf(saved));
  }, [saved]);
  const { sso } = form;
  const complete = !sso || Boolean(sso.issuer.trim() && sso.clientId.trim() && sso.mapping.every(({ group }) => group.trim()));
  const save = useAction(async () => {
    const body = { ...form, sso: sso && { ...sso, clientSecret: sso.clientSecret || undefined, scopes: sso.scopes.split(/\s+/).filter(Boolean) } };
    const next = await api.put<SignIn>("/settings/signIn", body);
    onSaved(next);
    setForm(formOf(next));
    setTried(false);
    toast(t.saved);
  });
  return (
    <form
      class="narrow stack" noValidate
      onSubmit={(event) => {
        event.preventDefault();
        setTried(true);
        if (complete && [...form.message].length <= most) void save.run();
      }}
    >
      <Card title={t.ways}>
        <div class="stack">
          <Switch after label={<strong>{t.password}</strong>} help={t.passwordHelp} checked={form.password} error={!form.password && !sso ? t.lastWay : undefined} onChange={(password) => setForm({ ...form, password })} />
          <Switch after label={<strong>{t.sso}</strong>} help={t.ssoHelp} checked={sso !== null} onChange={(on) => setForm({ ...form, sso: on ? formOf(saved).sso ?? emptyService : null })} />
          <TextArea label={t.message} value={form.message} onInput={(message) => setForm({ ...form, message })} most={most} rows={2} help={t.messageHelp} optional />
        </div>
      </Card>
      {sso && (
        <>
          <Service value={sso} onChange={(next) => setForm({ ...form, sso: next })} callbackUrl={saved.callbackUrl} hasSecret={saved.sso?.hasSecret ?? false} needed={tried} />
          <Groups value={sso.mapping} onChange={(mapping) => setForm({ ...form, sso: { ...sso, mapping } })} needed={tried} />
          <Tested test={saved.tested ?? undefined} dirty={dirty || !saved.sso} />
        </>
      )}
      <Failure error={save.error} />
      <div class="savebar">
        {dirty && <span class="soft small">{t.unsaved}</span>}
        {dirty && <Button onClick={() => { setForm(formOf(saved)); save.clear(); }}>{t.discard}</Button>}
        <Button type="submit" variant="primary" busy={save.busy} disabled={!dirty || (!form.password && !sso)}>{t.save}</Button>
      </div>
    </form>
  );
}

/** The latest test of what is saved, and how to make one. */
function Tested({ test, dirty }: { test: Test | undefined; dirty: boolean }): VNode {
  const t = useWords(words);
  const shell = useWords(shellWords);
  const begin = useAction(async () => {
    const { url } = await api.post<{ url: string }>("/settings/signIn/test");
    location.assign(url);
    // The page is leaving: the button stays busy until it has.
    await new Promise(() => undefined);
  });
  return (
    <Card title={t.testTitle} description={t.testIntro} actions={<Button icon="play" busy={begin.busy} disabled={dirty} onClick={() => void begin.run()}>{t.testStart}</Button>}>
      <div class="stack">
        <Failure error={begin.error} />
        {dirty && <Banner tone="neutral">{t.testFirst}</Banner>}
        {!test && !dirty && <Pill tone="warn">{t.notTested}</Pill>}
        {test && <Banner tone={test.ok ? "good" : "warn"} title={(test.ok ? t.testedOk : t.testedBad)(relative(test.at))}>{test.problem}</Banner>}
        {test?.email && (
          <DescriptionList items={[
            { term: t.testedEmail, value: <>{test.email} <span class="soft">({test.emailVerified ? t.testedVerified : t.testedNotVerified})</span></> },
            { term: t.testedGroups, value: test.groups?.length ? test.groups.join(", ") : <span class="soft">{t.testedNone}</span> },
            { term: t.testedRole, value: test.role ? shell.roles[test.role] : <span class="soft">{t.testedNone}</span> },
          ]} />
        )}
      </div>
    </Card>
  );
}
