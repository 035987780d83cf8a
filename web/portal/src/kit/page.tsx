import type { ComponentChildren, VNode } from "preact";
import { useEffect } from "preact/hooks";
import { adopt } from "../adopt.ts";
import type { IconName } from "../icons.ts";
import { Icon } from "./icon.tsx";
import css from "./page.css?text";

adopt(css);

/** The document's title while a page shows. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = title ? `${title} · Bowline` : "Bowline";
  }, [title]);
}

/** The head of a page, exactly one: its h1, which takes focus when one comes to the page, and its actions. */
export function PageHeader({ title, shown, description, back, actions, children }: {
  /** For the h1 and the browser's tab. */
  title: string;
  /** Drawn in the h1 instead of the bare title, such as a title with a pill. */
  shown?: ComponentChildren;
  description?: ComponentChildren;
  back?: { href: string; label: string };
  actions?: ComponentChildren;
  /** Below, such as tabs. */
  children?: ComponentChildren;
}): VNode {
  useTitle(title);
  return (
    <header class="pageheader">
      {back && <a class="back" href={back.href}><Icon name="left" />{back.label}</a>}
      <div class="titles">
        <div class="words">
          <h1 tabIndex={-1}>{shown ?? title}</h1>
          {description && <p>{description}</p>}
        </div>
        {actions && <div class="acts">{actions}</div>}
      </div>
      {children}
    </header>
  );
}

/** Things that belong together. `flush`: what is inside brings its own edges, such as a table. */
export function Card({ title, description, actions, footer, flush, children, id }: {
  title?: ComponentChildren;
  description?: ComponentChildren;
  actions?: ComponentChildren;
  footer?: ComponentChildren;
  flush?: boolean;
  children?: ComponentChildren;
  id?: string;
}): VNode {
  return (
    <section class={`card ${flush ? "flush" : ""}`} id={id}>
      {(title || actions) && (
        <header>
          <div class="words">{title && <h2>{title}</h2>}{description && <p>{description}</p>}</div>
          {actions && <div class="row">{actions}</div>}
        </header>
      )}
      {children !== undefined && <div class="inside">{children}</div>}
      {footer && <footer>{footer}</footer>}
    </section>
  );
}

/** What to do where there is nothing yet: one sentence and one action. */
export function EmptyState({ icon, title, children, actions }: { icon: IconName; title: string; children?: ComponentChildren; actions?: ComponentChildren }): VNode {
  return (
    <div class="empty">
      <Icon name={icon} />
      <h2>{title}</h2>
      {children && <p>{children}</p>}
      {actions && <div class="acts">{actions}</div>}
    </div>
  );
}

/** Facts about one thing. `above`: the terms stand above their values, several in a row. */
export function DescriptionList({ items, above }: { items: readonly { term: string; value: ComponentChildren }[]; above?: boolean }): VNode {
  return (
    <dl class={`description ${above ? "above" : ""}`}>
      {items.map(({ term, value }) => (above
        ? <div key={term}><dt>{term}</dt><dd>{value}</dd></div>
        : [<dt key={term}>{term}</dt>, <dd key={`${term} value`}>{value}</dd>]))}
    </dl>
  );
}

/** Initials of a name that stands beside it. */
export function Avatar({ name, large }: { name: string; large?: boolean }): VNode {
  const parts = name.trim().split(/\s+/);
  const initials = [parts[0], parts.length > 1 ? parts.at(-1) : ""].map((part) => [...(part ?? "")][0] ?? "").join("").toLocaleUpperCase();
  return <span class={`avatar ${large ? "large" : ""}`} aria-hidden="true">{initials || "?"}</span>;
}

export const Kbd = ({ children }: { children: ComponentChildren }): VNode => <kbd>{children}</kbd>;
