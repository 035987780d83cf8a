import { Component, type ComponentChildren, type VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";

interface AccordionProps {
  /** Unique on its screen. */
  id: string;
  icon: string;
  header: string;
  /** Whether it starts open. */
  open: boolean;
  children: ComponentChildren;
}

/**
 * One section that opens and closes on its own. The content stays in the
 * document while closed, and the print style sheet shows it.
 */
export class Accordion extends Component<AccordionProps, { open: boolean }> {
  override state = { open: this.props.open };

  override render({ icon, id: name, header, children }: AccordionProps): VNode {
    const { open } = this.state;
    const id = `section-${name}`;
    return (
      <div class={open ? "section open" : "section"}>
        <h2>
          <button
            type="button"
            id={`${id}-header`}
            data-key={id}
            aria-expanded={open}
            aria-controls={id}
            onClick={() => this.setState({ open: !open })}
          >
            <span class="plate"><Icon path={icon} /></span>
            <span>{header}</span>
            <Icon path={laterPaths.down} class="turn" />
          </button>
        </h2>
        <div id={id} class="section-body" role="group" aria-labelledby={`${id}-header`} hidden={!open}>
          {children}
        </div>
      </div>
    );
  }
}
