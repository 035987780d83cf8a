// The card: header, body, sticky footer. Every full screen is one Frame.

import type { ComponentChildren, VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import type { OnStage } from "../context.ts";
import { Button } from "./button.tsx";
import { Logo } from "./logo.tsx";

/** The heading of a screen or sheet: takes focus when the screen arrives. */
export function Heading(props: { id?: string; children: ComponentChildren }): VNode {
  return <h1 id={props.id} tabIndex={-1} data-heading>{props.children}</h1>;
}

/** What went wrong with the last action, and the way on. Announced as it appears. */
function FaultBanner(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const fault = shown.fault;
  return (
    <div class="fault-region" role="alert">
      {fault && (
        <div class="fault">
          <Icon path={paths.alert} />
          <div>
            <strong>{words("faultTitle")}</strong>
            <p>{words(fault.kind === "offline" ? "faultOffline" : fault.kind === "stale" ? "faultStale" : "faultFailed")}</p>
            {fault.correlationId && <p class="reference">{words("reference")} <code>{fault.correlationId}</code></p>}
            <button
              type="button"
              class="button outline compact"
              data-key="retry-fault"
              aria-disabled={fault.retrying || undefined}
              onClick={() => journey.retry()}
            >
              {words(fault.retrying ? "busy" : fault.kind === "stale" ? "reload" : "tryAgain")}
            </button>
          </div>
        </div>
      )}
    </div>
  );
}

/** The strip under every card that says who carries the data. */
export function Mark(_: object, { stage }: OnStage): VNode {
  const { words } = stage;
  return <p class="mark"><Icon path={paths.knot} />{words("secured")}</p>;
}

interface FrameProps {
  back?: boolean;
  /** Buttons of the sticky footer. */
  actions?: ComponentChildren;
  /** Centres the content: for screens that hold a message rather than a form. */
  calm?: boolean;
  children: ComponentChildren;
}

export function Frame(props: FrameProps, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { client } = shown.view;
  return (
    <div class="frame">
      <div class="top">
        {props.back && (
          <button type="button" class="round" data-key="back" aria-label={words("back")} title={words("back")} onClick={() => journey.back()}>
            <Icon path={paths.left} />
          </button>
        )}
        {client.name && (
          <div class="client">
            <Logo name={client.name} url={client.logoUrl} size="small" />
            <span>{client.name}</span>
          </div>
        )}
      </div>
      <div class={props.calm ? "body calm" : "body"}>{props.children}</div>
      <div class="foot">
        <FaultBanner />
        {props.actions && <div class="actions">{props.actions}</div>}
        <Mark />
      </div>
    </div>
  );
}

/** Title and explanation of a screen. */
export function Intro(props: { title: string; children?: ComponentChildren }): VNode {
  return (
    <div class="intro">
      <Heading>{props.title}</Heading>
      {props.children && <p class="lead">{props.children}</p>}
    </div>
  );
}

export { Button, FaultBanner };
