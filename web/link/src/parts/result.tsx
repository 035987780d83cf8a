import type { ComponentChildren, VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { Tile } from "@bowline/ui/view.ts";
import type { OnStage } from "../context.ts";
import { Button, Heading } from "./frame.tsx";
import { Logo } from "./logo.tsx";
import { Sheet } from "./sheet.tsx";

interface ResultProps {
  good: boolean;
  integration?: Tile;
  /** A line above the title. */
  eyebrow?: ComponentChildren;
  title: string;
  body: string;
  /** The better way on, above "Continue". */
  first?: VNode | false;
  /** Nothing is left to do: the way on is the end of the visit. */
  last?: boolean;
  children?: ComponentChildren;
}

/**
 * How an attempt ended, as a sheet. "Continue" is what Escape does, or "Complete" where nothing is left to do. It is missing only where the
 * server knows nothing of a journey to continue; the text then says what to do instead.
 */
export function Result(props: ResultProps, { stage }: OnStage): VNode {
  const { words, journey, shown } = stage;
  const { good, integration, eyebrow, title, body, first, last } = props;
  const proceed = () => journey.act({ action: last ? "finish" : "continue" }, "continue");
  return (
    <Sheet
      labelledBy="result-title"
      onEscape={proceed}
      actions={(
        <>
          {first}
          {shown.view.flow && (
            <Button name="continue" kind={first ? "outline" : "solid"} onClick={proceed}>{words(last ? "complete" : "continue")}</Button>
          )}
        </>
      )}
    >
      <div class={`result ${good ? "good" : "bad"} ${integration ? "" : "alone"}`}>
        {integration && <Logo of={integration} size="large" />}
        <span class="badge"><Icon path={good ? paths.check : laterPaths.alert} /></span>
      </div>
      {eyebrow && <p class="eyebrow">{eyebrow}</p>}
      <Heading id="result-title">{title}</Heading>
      <p class="lead">{body}</p>
      {props.children}
    </Sheet>
  );
}
