import { Component, type VNode } from "preact";
import type { OnStage } from "../context.ts";
import { Choice } from "../parts/choice.tsx";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { Logo } from "../parts/logo.tsx";

/** Choosing exactly one organization. Nothing is preselected: a slip would share the wrong books. */
export class Tenants extends Component<object, { chosen?: string; nudge?: boolean }> {
  declare context: OnStage;

  override render(): VNode {
    const { shown, words, journey } = this.context.stage;
    const { memo, view } = shown;
    const { integration, items } = view.tenants!;
    const wanted = this.state.chosen ?? memo.chosen;
    const choice = items.find((item) => item.id === wanted)?.id;
    const title = words("tenantsTitle");
    return (
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (choice) journey.act({ action: "selectTenant", tenantId: choice }, "next");
          else this.setState({ nudge: true });
        }}
      >
        <Frame
          actions={(
            <>
              <Button name="next" submit disabled={!choice}>{words("next")}</Button>
              <Button name="cancel" kind="quiet" onClick={() => journey.act({ action: "cancel" }, "cancel")}>{words("cancel")}</Button>
            </>
          )}
        >
          <div class="tie"><Logo name={integration.name} url={integration.logoUrl} size="large" /></div>
          <Intro title={title}>{words("tenantsBody", { name: integration.name, client: view.client.name })}</Intro>
          <fieldset class="rows">
            <legend class="vh">{title}</legend>
            {items.map((item) => (
              <Choice
                key={item.id}
                group="tenant"
                value={item.id}
                chosen={item.id === choice}
                onChoose={() => this.setState({ chosen: (memo.chosen = item.id), nudge: false })}
              >
                <span class="names">
                  <span>{item.name}</span>
                  {item.detail && <span class="minor">{item.detail}</span>}
                </span>
              </Choice>
            ))}
          </fieldset>
          <p class="nudge" role="status">{this.state.nudge ? words("chooseFirst") : ""}</p>
        </Frame>
      </form>
    );
  }
}
