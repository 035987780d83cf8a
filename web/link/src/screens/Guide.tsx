import { Component, type VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import { RichText } from "@bowline/ui/richtext.tsx";
import { webAddress, type OnStage } from "../context.ts";
import { Choice } from "../parts/choice.tsx";
import { Copyable } from "../parts/copy.tsx";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { Logo } from "../parts/logo.tsx";
import { HandOverWay, Ways } from "../parts/ways.tsx";

/** One thing to do in the software itself, before the sign-in or after it. */
export class Guide extends Component<object, { ticked?: boolean; nudge?: boolean }> {
  declare context: OnStage;

  override render(): VNode {
    const { shown, words, journey } = this.context.stage;
    const { integration, phase, index, count, title, body, confirm, copies = [], link, canHandOver } = shown.view.guide!;
    const { ticked = false, nudge } = this.state;
    const ready = ticked || !confirm;
    const href = webAddress(link?.url);
    const after = phase === "after";
    return (
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (ready) journey.act({ action: "confirm" }, "confirm");
          else this.setState({ nudge: true });
        }}
      >
        <Frame
          back={!after || index > 0}
          actions={(
            <>
              <p class="nudge" role="status">{nudge && words("guideTick")}</p>
              <Button name="confirm" submit disabled={!ready}>{words(after && index === count - 1 ? "complete" : "next")}</Button>
              {after && (
                <Button name="later" kind="quiet" onClick={() => journey.act({ action: "later" }, "later")}>{words("guideLater")}</Button>
              )}
            </>
          )}
        >
          <div class="guide-head">
            <Logo of={integration} />
            <p>
              <strong>{words(after ? "guideAfter" : "guideBefore", { name: integration.name })}</strong>
              {count > 1 && <span class="minor">{words("guideStep", { step: index + 1, count })}</span>}
            </p>
          </div>
          <Intro title={title}><RichText text={body} newTab={words("newTab")} /></Intro>
          {copies.length > 0 && (
            <div class="boxed">{copies.map(({ label, value }, n) => <Copyable key={label} name={String(n)} label={label} text={value} />)}</div>
          )}
          {href && (
            <a class="iconed" href={href} target="_blank" rel="noopener noreferrer">
              <Icon path={laterPaths.out} />
              <span>{link!.label}<span class="vh"> ({words("newTab")})</span></span>
            </a>
          )}
          {confirm && (
            <div class="rows confirm">
              <Choice group="confirm" value="confirm" many chosen={ticked} onChoose={() => this.setState({ ticked: !ticked, nudge: false })}>
                <span class="names"><span>{confirm}</span></span>
              </Choice>
            </div>
          )}
          {canHandOver && <Ways><HandOverWay /></Ways>}
        </Frame>
      </form>
    );
  }
}
