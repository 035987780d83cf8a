import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { adopt } from "../../../adopt.ts";
import { api } from "../../../api.ts";
import { date, dateTime, useWords, wordsNow } from "../../../i18n.ts";
import { Banner, Button, Card, Chart, confirm, Failure, Menu, PageHeader, Skeleton, TabLinks, toast } from "../../../kit/index.ts";
import { useAction, useLoad } from "../../../load.ts";
import { navigate, type PageProps } from "../../../router.ts";
import { Example, Recover, Replay } from "./actions.tsx";
import { History } from "./history.tsx";
import { Messages } from "./messages.tsx";
import { Options } from "./options.tsx";
import { Security } from "./security.tsx";
import { Transformation } from "./transformation.tsx";
import { shortUrl, withoutQuery, type Consumer } from "./types.ts";
import css from "./webhooks.css?text";
import { ConsumerStatus } from "./webhooks.tsx";
import { words } from "./words.ts";

adopt(css);

interface Activity {
  buckets: { at: string; succeeded: number; failed: number }[];
  hours: number;
}

function ActivityCard({ id }: { id: string }): VNode {
  const t = useWords(words);
  const { data, error, reload } = useLoad<Activity>(`/webhooks/${id}/activity`, { days: 7 });
  return (
    <Card title={t.activity}>
      {error ? <Failure error={error} onRetry={reload} /> : data ? (
        <Chart
          label={t.activity} kind="bar" labels={data.buckets.map(({ at }) => date(at, { month: "short", day: "numeric", hour: "numeric" }))}
          series={[{ name: t.succeeded, values: data.buckets.map(({ succeeded }) => succeeded) }, { name: t.failed, values: data.buckets.map(({ failed }) => failed) }]}
        />
      ) : <Skeleton height={232} />}
    </Card>
  );
}

/** Switches deliveries on or off, with the way back. */
async function turn(consumer: Consumer, disabled: boolean, show: (consumer: Consumer) => void): Promise<void> {
  const t = wordsNow(words);
  const now = await api.patch<Consumer>(`/webhooks/${consumer.id}`, { disabled, version: consumer.version });
  show(now);
  toast({
    text: disabled ? t.turnedOff : t.turnedOn,
    undo: async () => show(await api.patch<Consumer>(`/webhooks/${consumer.id}`, { disabled: !disabled, version: now.version })),
  });
}

async function remove(consumer: Consumer): Promise<void> {
  const t = wordsNow(words);
  const done = await confirm({
    title: t.removeTitle(shortUrl(consumer.url)), body: t.removeBody, action: t.remove, danger: true,
    perform: () => api.delete(`/webhooks/${consumer.id}`),
  });
  if (!done) return;
  await navigate("/monitor/webhooks", { replace: true, force: true });
  toast(t.removed);
}

const tabs = ["messages", "options", "security", "transformation", "history"] as const;

export default function WebhookPage({ params }: PageProps): VNode {
  const t = useWords(words);
  const { id = "" } = params;
  const tab = tabs.find((one) => one === params.tab) ?? "messages";
  const { data: consumer, error, reload, set } = useLoad<Consumer>(`/webhooks/${id}`, undefined, { spoken: true });
  const [doing, setDoing] = useState<"example" | "recover" | "replay">();
  const [sent, setSent] = useState(0);
  const switching = useAction((disabled: boolean) => turn(consumer!, disabled, set));
  const title = consumer ? shortUrl(withoutQuery(consumer.url)) : t.endpoint;
  const shown = consumer !== undefined || !error;
  const finish = (): void => {
    setDoing(undefined);
    setSent((n) => n + 1);
  };
  return (
    <>
      <PageHeader
        title={title} back={{ href: "/portal/monitor/webhooks", label: t.back }}
        shown={<span class="row"><span class="mono clamp" title={title}>{title}</span>{consumer && <ConsumerStatus consumer={consumer} />}</span>}
        actions={consumer && (
          <>
            {consumer.disabled && <Button icon="play" busy={switching.busy} onClick={() => void switching.run(false)}>{t.turnOn}</Button>}
            <Button icon="bolt" onClick={() => setDoing("example")} disabled={consumer.disabled}>{t.example}</Button>
            <Menu
              label={t.more} align="end" trigger={(p) => <Button icon="more" rest={{ ...p, "aria-label": t.more }} />}
              items={[
                { label: t.recover, icon: "refresh", disabled: consumer.disabled, onSelect: () => setDoing("recover") },
                { label: t.replay, icon: "undo", disabled: consumer.disabled, onSelect: () => setDoing("replay") },
                "-",
                ...(consumer.disabled ? [] : [{ label: t.turnOff, icon: "stop" as const, onSelect: () => void switching.run(true) }]),
                { label: t.remove, icon: "bin", danger: true, onSelect: () => void remove(consumer) },
              ]}
            />
          </>
        )}
      >
        <TabLinks label={t.tabs} current={tab} tabs={tabs.map((one) => ({ id: one, label: t[one], href: `/portal/monitor/webhooks/${id}${one === "messages" ? "" : `/${one}`}` }))} />
      </PageHeader>
      <Failure error={error} onRetry={reload} />
      <Failure error={switching.error} />
      {consumer?.disabled && <Banner tone="warn">{consumer.disabledReason ? t.offReason(consumer.disabledReason) : t.offByYou}</Banner>}
      {consumer && !consumer.disabled && consumer.failingSince && <Banner tone="warn">{t.failingSince(dateTime(consumer.failingSince))}</Banner>}
      {/* What belongs to an endpoint that cannot be shown would only fail once more. */}
      {tab === "messages" && shown && <><ActivityCard key={`activity ${sent}`} id={id} /><Messages id={id} turn={sent} onExample={() => setDoing("example")} /></>}
      {tab === "options" && shown && (consumer ? <Options key={consumer.version} consumer={consumer} onSaved={set} /> : <Skeleton height={400} />)}
      {tab === "security" && shown && (consumer ? <Security consumer={consumer} onChanged={reload} /> : <Skeleton height={300} />)}
      {tab === "transformation" && shown && (consumer ? <Transformation consumer={consumer} onChanged={reload} /> : <Skeleton height={400} />)}
      {tab === "history" && shown && <History id={id} />}
      {consumer && doing === "example" && <Example consumer={consumer} onClose={() => setDoing(undefined)} onDone={finish} />}
      {doing === "recover" && <Recover id={id} onClose={finish} />}
      {doing === "replay" && <Replay id={id} onClose={finish} />}
    </>
  );
}
