import type { VNode } from "preact";
import { InlineText } from "@bowline/ui/richtext.tsx";
import { adopt } from "../../../adopt.ts";
import { api } from "../../../api.ts";
import { here } from "../../../here.ts";
import { useWords } from "../../../i18n.ts";
import { Button, Card, CopyField, Failure, PageHeader, Pill, Skeleton, Switch } from "../../../kit/index.ts";
import { useAction, useLoad } from "../../../load.ts";
import type { PageProps } from "../../../router.ts";
import { Credentials } from "./credentials.tsx";
import css from "./integrations.css?text";
import { StatePill } from "./integrations.tsx";
import { Trial } from "./trial.tsx";
import { choices, type Guide, type Overview, type Setup } from "./types.ts";
import { words } from "./words.ts";

adopt(css);

function GuideCard({ guide, complete }: { guide: Guide; complete: boolean }): VNode {
  const t = useWords(words);
  const steps = guide.steps ?? [];
  // Without steps nothing is asked of anybody: what a registration would need says nothing then.
  if (!steps.length && complete) return <Card title={t.nothing} description={t.noGuide} />;
  return (
    <Card title={t.register} description={steps.length ? t.registerText : t.noGuide} actions={guide.console ? <Button href={guide.console} icon="route" rest={{ target: "_blank", rel: "noopener" }}>{t.console}</Button> : undefined}>
      <div class="stack">
        {steps.length > 0 && <ol class="guide-steps">{steps.map((step) => <li key={step}><InlineText text={step} newTab="" /></li>)}</ol>}
        {guide.redirectUri && <CopyField label={t.redirectUri} value={guide.redirectUri} />}
        {guide.noticeUrl && <CopyField label={t.noticeUrl} value={guide.noticeUrl} help={guide.notices && <InlineText text={guide.notices} newTab="" />} />}
        {(guide.scopes?.length ?? 0) > 0 && <CopyField label={t.scopes} value={guide.scopes!.join(" ")} />}
        {guide.review && <p><strong>{t.review} </strong><InlineText text={guide.review} newTab="" /></p>}
      </div>
    </Card>
  );
}

const complete = (setup: Setup): boolean => !setup.missing?.some((name) => name !== "enabled");

/** Nobody has to register anywhere. */
const nothingToDo = (guide: Guide, setup: Setup): boolean => !guide.steps?.length && complete(setup);

/** One integration: how to register with its provider, the credentials, a test. */
export default function IntegrationPage({ params }: PageProps): VNode {
  const t = useWords(words);
  const { key = "" } = params;
  const list = useLoad<{ results: Overview[] }>("/settings/integrations");
  const setup = useLoad<Setup>(`/integrations/${key}/setup`);
  const guide = useLoad<Guide>(`/integrations/${key}/guide`, undefined, { spoken: true });
  const of = list.data?.results.find((one) => one.key === key);
  const reload = (): void => {
    list.reload();
    setup.reload();
  };
  const toggle = useAction(async (enabled: boolean) => {
    await api.put(`/integrations/${key}/setup`, { ...choices(setup.data!), enabled });
    reload();
  });
  const error = setup.error ?? guide.error ?? list.error;
  return (
    <>
      <PageHeader
        title={of?.name ?? guide.data?.name ?? t.title} back={{ href: `/portal/settings/integrations${of ? `?type=${of.sourceType}` : ""}`, label: t.back }}
        shown={of && <span class="integration-name"><img src={here(of.logoUrl)} alt="" width={28} height={28} />{of.name}<StatePill of={of} />{of.isSandbox && <Pill tone="test">{t.sandbox}</Pill>}</span>}
        actions={of && setup.data && <Switch label={t.enable(of.name)} checked={of.enabled} disabled={toggle.busy} onChange={(on) => void toggle.run(on)} />}
      />
      <Failure error={error} onRetry={() => { reload(); guide.reload(); }} />
      <Failure error={toggle.error} />
      {of && setup.data && guide.data ? (
        <div class="stack wide">
          <GuideCard guide={guide.data} complete={complete(setup.data)} />
          {(guide.data.fields?.length ?? 0) > 0 && !(of.isSandbox && nothingToDo(guide.data, setup.data)) && <Credentials key={setup.data.version} of={of} setup={setup.data} guide={guide.data} onSaved={reload} />}
          <Trial integration={key} />
        </div>
      ) : !error && <Skeleton height={480} />}
    </>
  );
}
