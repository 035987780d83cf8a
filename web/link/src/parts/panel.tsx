// The client's own words beside the card. Pages of ours alone have it (page.ts), and show
// it where they are wide enough (panel.css).

import type { VNode } from "preact";
import { plain } from "@bowline/ui/plain.ts";
import type { OnStage } from "../context.ts";
import type { MountOptions } from "../mount.tsx";

function Panel(_: object, { stage }: OnStage): VNode | null {
  const { shown, words, aids } = stage;
  const { panel } = shown.view.client;
  if (!panel) return null;
  const { header, body } = panel;
  return (
    <div class="panel">
      {header && <h2>{header}</h2>}
      {/* Markdown is drawn with what comes after the first screen, and fades in. */}
      {body && (plain(body) ? <p class="lead">{body}</p> : aids && <div class="lead"><aids.RichText text={body} newTab={words("newTab")} /></div>)}
    </div>
  );
}

/** Puts it beside the card. */
export const panel: MountOptions["beside"] = (on, shown, aids) => on(shown, <Panel />, aids);
