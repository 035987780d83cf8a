import type { ComponentChildren, VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";
import { Frame, Heading } from "./frame.tsx";

interface MessageProps {
  /** Path of the icon above the title. */
  icon: string;
  tone?: "good" | "bad";
  title: string;
  body: string;
  back?: boolean;
  actions?: ComponentChildren;
  children?: ComponentChildren;
}

/** A card that only says something. */
export function Message(props: MessageProps): VNode {
  return (
    <Frame calm back={props.back} actions={props.actions}>
      <span class={`plate huge ${props.tone ?? ""}`}><Icon path={props.icon} /></span>
      <Heading>{props.title}</Heading>
      <p class="lead">{props.body}</p>
      {props.children}
    </Frame>
  );
}
