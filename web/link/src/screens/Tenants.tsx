import { Component, type ComponentChildren, type VNode } from "preact";
import type { OnStage } from "../context.ts";
import { Choice } from "../parts/choice.tsx";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { Logo } from "../parts/logo.tsx";

/**
 * Choosing one organization, or which ones. Of one, nothing is preselected: a
 * slip would share the wrong books. Of several, all are, and the count is said.
 */
export class Tenants extends Component<object, { chosen?: string[]; nudge?: boolean }> {
  declare context: OnStage;

  /** What is ticked: now, before a visit elsewhere, or at first. */
  #chosen(): string[] {
    const { memo, view } = this.context.stage.shown;
    const { items, multiple } = view.tenants!;
    const before = memo.chosen === undefined ? undefined : memo.chosen.split("\n");
    const wanted = this.state.chosen ?? before;
    const known = items.map((item) => item.id);
    return wanted ? known.filter((id) => wanted.includes(id)) : multiple ? known : [];
  }

  #choose(chosen: string[]): void {
    this.context.stage.shown.memo.chosen = chosen.join("\n");
    this.setState({ chosen, nudge: false });
  }

  #send(): void {
    const { journey, shown } = this.context.stage;
    const [first, ...others] = this.#chosen();
    if (first === undefined) this.setState({ nudge: true });
    else if (shown.view.tenants!.multiple) journey.act({ action: "selectTenants", tenantIds: [first, ...others] }, "next");
    else journey.act({ action: "selectTenant", tenantId: first }, "next");
  }

  /** How many are ticked, and all or none at once. */
  #tally(chosen: string[]): ComponentChildren {
    const { words, shown } = this.context.stage;
    const { items } = shown.view.tenants!;
    const all = chosen.length === items.length;
    return (
      <div class="tally">
        <p class="minor" role="status">{words("tenantsCount", { count: chosen.length, total: items.length })}</p>
        <button type="button" class="small-link" data-key="all" onClick={() => this.#choose(all ? [] : items.map((item) => item.id))}>
          {words(all ? "tenantsNone" : "tenantsAll")}
        </button>
      </div>
    );
  }

  override render(): VNode {
    const { shown, words, journey } = this.context.stage;
    const { integration, items, multiple } = shown.view.tenants!;
    const chosen = this.#chosen();
    const title = words(multiple ? "tenantsManyTitle" : "tenantsTitle");
    const names = { name: integration.name, client: shown.view.client.name };
    const { nudge } = this.state;
    return (
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          this.#send();
        }}
      >
        <Frame
          actions={(
            <>
              <p class="nudge" role="status">{nudge && words(multiple ? "tenantsAtLeast" : "chooseFirst")}</p>
              <Button name="next" submit disabled={!chosen.length}>{words("next")}</Button>
              <Button name="cancel" kind="quiet" onClick={() => journey.act({ action: "cancel" }, "cancel")}>{words("cancel")}</Button>
            </>
          )}
        >
          <div class="tie"><Logo of={integration} size="large" /></div>
          <Intro title={title}>{words(multiple ? "tenantsManyBody" : "tenantsBody", names)}</Intro>
          {multiple && this.#tally(chosen)}
          <fieldset class="rows">
            <legend class="vh">{title}</legend>
            {items.map(({ id, name, detail }) => {
              const on = chosen.includes(id);
              return (
                <Choice
                  key={id}
                  group="tenant"
                  value={id}
                  many={multiple}
                  chosen={on}
                  onChoose={() => this.#choose(!multiple ? [id] : on ? chosen.filter((one) => one !== id) : [...chosen, id])}
                >
                  <span class="names">
                    <span>{name}</span>
                    {detail && <span class="minor">{detail}</span>}
                  </span>
                </Choice>
              );
            })}
          </fieldset>
        </Frame>
      </form>
    );
  }
}
