import type { VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import { InlineText, RichText } from "@bowline/ui/richtext.tsx";
import type { OnStage } from "../context.ts";
import { Accordion } from "../parts/accordion.tsx";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { Help } from "../parts/help.tsx";
import { Items } from "../parts/items.tsx";
import { Logo } from "../parts/logo.tsx";
import { Notice } from "../parts/notice.tsx";
import { HandOverWay, Ways } from "../parts/ways.tsx";

/** What the person agrees to, section by section, before anything is shared. */
export function Consent(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { consent, client } = shown.view;
  const { integration, sections, terms, title, subtitle, button, buttonImage, who, handOver, canHandOver } = consent!;
  const newTab = words("newTab");
  const filled = sections.filter((section) => section.body?.trim() || section.items?.length);
  return (
    <Frame
      back
      actions={(
        <>
          {who && <Notice icon={laterPaths.accountInformation}><p>{who}</p></Notice>}
          <Button name="accept" kind={buttonImage && "art"} onClick={() => journey.act({ action: "accept" }, "accept")}>
            {buttonImage ? <><img src={buttonImage.default} alt={button} /><img src={buttonImage.hover} alt="" /></> : button || words("next")}
          </Button>
        </>
      )}
    >
      <div class="tie">
        <Logo of={client} size="large" />
        <span class="rope"><Icon path={paths.knot} /></span>
        <Logo of={integration} size="large" />
      </div>
      <Intro title={<InlineText text={title} newTab={newTab} />}>
        {subtitle && <RichText text={subtitle} newTab={newTab} />}
      </Intro>
      {handOver && <Notice icon={paths.person}><p>{words("consentHandOver")}</p></Notice>}
      {filled.length > 0 && (
        <div class="sections" role="group" aria-label={words("consentDetails")}>
          {filled.map((section) => (
            <Accordion
              key={section.id}
              id={section.id}
              icon={laterPaths[section.id]}
              header={section.header}
              open={section.id === "platformData"}
            >
              {section.body && <RichText text={section.body} newTab={newTab} />}
              {section.items && section.items.length > 0 && <Items items={section.items} />}
            </Accordion>
          ))}
        </div>
      )}
      {terms.trim() && <div class="terms"><RichText text={terms} newTab={newTab} /></div>}
      {canHandOver && <Ways><HandOverWay /></Ways>}
      <Help />
    </Frame>
  );
}
