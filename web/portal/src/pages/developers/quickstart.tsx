import type { ComponentChildren, VNode } from "preact";
import { adopt } from "../../adopt.ts";
import { useWords } from "../../i18n.ts";
import { Button, Card, CodeBlock, CopyField, PageHeader, Tabs } from "../../kit/index.ts";
import { usePreference } from "../../session.ts";
import css from "./developers.css?text";
import { embed, languages, type Call } from "./snippets.ts";
import { words } from "./words.ts";

adopt(css);

/** What the reader puts in: the id that the second step answers. */
const company = "COMPANY_ID";

function Step({ n, title, text, children, action }: { n: number; title: string; text: string; children?: ComponentChildren; action?: VNode }): VNode {
  return <Card title={`${n}. ${title}`} description={text} actions={action}>{children && <div class="stack">{children}</div>}</Card>;
}

export default function QuickStartPage(): VNode {
  const t = useWords(words);
  const [chosen, choose] = usePreference("developers.language", "curl");
  const language = languages.find(({ id }) => id === chosen) ?? languages[0]!;
  const { origin } = location;
  const server = `${origin}/api`;
  const code = (call: Call): VNode => <CodeBlock label={`${language.name}: ${call.method} ${call.path}`} code={language.write(server, call)} />;
  return (
    <>
      <PageHeader title={t.quickTitle} description={t.quickText} />
      <div class="narrow"><CopyField label={t.server} value={server} /></div>
      <Tabs label={t.language} tabs={languages.map(({ id, name }) => ({ id, label: name }))} selected={language.id} onSelect={choose}>
        <div class="steps">
          <Step n={1} title={t.step1} text={t.step1Text} action={<Button href="/portal/developers/keys" icon="key">{t.step1Action}</Button>} />
          <Step n={2} title={t.step2} text={t.step2Text}>{code({ method: "POST", path: "/companies", body: { name: t.sample } })}</Step>
          <Step n={3} title={t.step3} text={t.step3Text}>
            {code({ method: "GET", path: `/companies/${company}/accessToken` })}
            <CodeBlock label="HTML" code={embed(origin)} />
          </Step>
          <Step n={4} title={t.step4} text={t.step4Text} action={<Button href="/portal/monitor/webhooks" icon="webhook">{t.step4Action}</Button>}>
            {code({ method: "GET", path: `/companies/${company}/connections` })}
          </Step>
        </div>
      </Tabs>
      <Card title={t.whole} description={t.wholeText} actions={<Button href="/portal/developers/reference" icon="book">{t.referenceTitle}</Button>} />
    </>
  );
}
