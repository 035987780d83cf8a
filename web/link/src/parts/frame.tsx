// The card: header, body, sticky footer. Every full screen is one Frame.

import type { ComponentChildren, VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import type { OnStage } from "../context.ts";
import { Button } from "./button.tsx";
import { Logo } from "./logo.tsx";

/** The heading of a screen or sheet: takes focus when the screen arrives. */
export function Heading(props: { id?: string; class?: string; children: ComponentChildren }): VNode {
  return <h1 id={props.id} class={props.class} tabIndex={-1} data-heading>{props.children}</h1>;
}

/** What went wrong with the last action, and the way on. Announced as it appears. */
export function FaultRegion(_: object, { stage }: OnStage): VNode {
  const { shown: { fault }, words, journey, aids } = stage;
  return (
    <div class="fault-region" role="alert">
      {fault && (aids ? <aids.Fault fault={fault} /> : (
        // Nothing has been sent yet: the network is all that can have failed.
        <div class="fault">
          <p>{words(fault.kind === "offline" ? "faultOffline" : "faultFailed")}</p>
          <Button name="retry-fault" kind="outline" onClick={() => journey.retry()}>{words("tryAgain")}</Button>
        </div>
      ))}
    </div>
  );
}

/** The strip under every card that says who carries the data. */
export function Mark(_: object, { stage }: OnStage): VNode | null {
  const { words, shown } = stage;
  return shown.view.client.hideMark ? null : <p class="mark"><Icon path={paths.knot} />{words("secured")}</p>;
}

function Round(props: { name: "back" | "close"; class?: string; icon: string; onClick: () => void }, { stage }: OnStage): VNode {
  const label = stage.words(props.name);
  return (
    <button type="button" class={`round ${props.class}`} data-key={props.name} aria-label={label} title={label} onClick={props.onClick}>
      <Icon path={props.icon} class="way" />
    </button>
  );
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
  const { shown, journey, close, aids } = stage;
  const { client, locales } = shown.view;
  const many = aids && locales && locales.length > 1;
  return (
    <div class="frame">
      <div class={client.navigationBar ? "top bar" : "top"}>
        {props.back && <Round name="back" class="back" icon={paths.left} onClick={() => journey.back()} />}
        {client.name && (
          <div class="client">
            <Logo of={client} size="small" />
            <span>{client.name}</span>
          </div>
        )}
        {(many || close) && (
          <div class="ends">
            {many && <aids.Language />}
            {close && <Round name="close" icon={paths.close} onClick={close} />}
          </div>
        )}
      </div>
      <div class={props.calm ? "body calm" : "body"}>{props.children}</div>
      <div class="foot">
        <FaultRegion />
        {props.actions && <div class="actions">{props.actions}</div>}
        <Mark />
      </div>
    </div>
  );
}

/** Title and explanation of a screen. */
export function Intro(props: { title: ComponentChildren; children?: ComponentChildren }): VNode {
  return (
    <div class="intro">
      <Heading>{props.title}</Heading>
      {props.children && <div class="lead">{props.children}</div>}
    </div>
  );
}

export { Button };
