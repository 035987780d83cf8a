import type { VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { managePaths } from "@bowline/ui/icons-manage.ts";
import type { ManagedConnection } from "@bowline/ui/view.ts";
import type { OnStage } from "../context.ts";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { Logo } from "../parts/logo.tsx";

/** How long a time lies back, in the reader's language, calendar and time zone: "yesterday", "3 days ago", "2 months ago". */
function ago(rfc3339: string, locale: string): string {
  const midnight = (at: number) => new Date(at).setHours(0, 0, 0, 0);
  // Days are not always 24 hours long.
  const days = Math.round((midnight(Date.parse(rfc3339)) - midnight(Date.now())) / 86_400_000) || 0;
  const [length, unit] = days > -45 ? [1, "day"] as const : days > -545 ? [30.44, "month"] as const : [365.25, "year"] as const;
  return new Intl.RelativeTimeFormat(locale, { numeric: "auto" }).format(Math.min(Math.round(days / length), 0), unit);
}

/** Whether it works, in words, shape and colour. */
function State({ of: { status, lastActive } }: { of: ManagedConnection }, { stage: { words } }: OnStage): VNode {
  if (status !== "Linked") return <span class="state lost"><Icon path={managePaths.alert} />{words("manageLost")}</span>;
  return <span class="state"><i />{lastActive ? words("manageActive", { when: ago(lastActive, words.locale) }) : words("stateLinked")}</span>;
}

function Row({ of }: { of: ManagedConnection }, { stage }: OnStage): VNode {
  const { journey, shown } = stage;
  const { id, name, tenantName } = of;
  const key = `row-${id}`;
  return (
    <button
      type="button"
      class="platform"
      data-key={key}
      aria-disabled={shown.busy !== undefined || undefined}
      aria-busy={shown.busy === key || undefined}
      onClick={() => journey.act({ action: "details", connectionId: id }, key)}
    >
      <Logo of={of} />
      <span class="names">
        <span>{name}</span>
        {tenantName && <span class="minor">{tenantName}</span>}
        <State of={of} />
      </span>
      <Icon path={managePaths.right} class="way" />
    </button>
  );
}

/** Everything that was ever connected, what works first. */
export function Manage(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { title, subtitle, connections, canConnect, canFinish } = shown.view.manage!;
  return (
    <Frame
      actions={(canConnect || canFinish) && (
        <>
          {canFinish && (
            <Button name="finish" icon={paths.check} onClick={() => journey.act({ action: "finish" }, "finish")}>{words("manageFinish")}</Button>
          )}
          {canConnect && (
            <Button name="connect" kind="outline" icon={managePaths.add} onClick={() => journey.act({ action: "connect" }, "connect")}>
              {words("manageConnect")}
            </Button>
          )}
        </>
      )}
    >
      <Intro title={title}>{subtitle}</Intro>
      {connections.length
        ? <ul class="platforms">{connections.map((one) => <li key={one.id}><Row of={one} /></li>)}</ul>
        : <p class="vacant"><Icon path={paths.knot} />{words("manageEmpty")}</p>}
    </Frame>
  );
}
