import type { ComponentChildren, VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";
import { Frame, Heading } from "./frame.tsx";

interface MessageProps {
  /** Path of the icon above the title. */
  icon: string;
  title: string;
  body: string;
  back?: boolean;
  children?: ComponentChildren;
}

/** A card that only says something. */
export function Message(props: MessageProps): VNode {
  return (
    <Frame calm back={props.back}>
      <span class="plate huge"><Icon path={props.icon} /></span>
      <Heading>{props.title}</Heading>
      <p class="lead">{props.body}</p>
      {props.children}
    </Frame>
  );
}
