import type { VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import { RichText, safeHref } from "@bowline/ui/richtext.tsx";
import type { OnStage } from "../context.ts";

/** How to reach the client and what it says about security: on screens where somebody may be stuck. */
export function Help(_: object, { stage }: OnStage): VNode | null {
  const { shown, words } = stage;
  const { name, supportText, securityUrl } = shown.view.client;
  const security = securityUrl && safeHref(securityUrl);
  if (!supportText && !security) return null;
  return (
    <div class="support">
      {supportText && <h2>{words("support")}</h2>}
      {supportText && <RichText text={supportText} newTab={words("newTab")} />}
      {security && (
        <a class="iconed" href={security} target="_blank" rel="noopener noreferrer">
          <Icon path={laterPaths.shield} />
          <span>{words("security", { client: name })}<span class="vh"> ({words("newTab")})</span></span>
        </a>
      )}
    </div>
  );
}
