import { Component, createRef, type VNode } from "preact";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { Locale } from "@bowline/ui/view.ts";
import type { OnStage } from "../context.ts";

/** "EN", or "EN-US" where the choice has another English. */
function code(locale: Locale, among: Locale[]): string {
  const [language] = locale.split("-") as [string];
  return (among.filter((one) => one.startsWith(language)).length > 1 ? locale : language).toUpperCase();
}

/** The language in its own words; American English is just English where no other is offered. */
function name(locale: Locale, among: Locale[]): string {
  const plain = locale === "en-US" && !among.includes("en-GB") ? "en" : locale;
  const text = new Intl.DisplayNames(locale, { type: "language", languageDisplay: "standard" }).of(plain) ?? locale;
  return text[0]!.toLocaleUpperCase(locale) + text.slice(1);
}

/** A menu button with the languages that are on offer. */
export class Language extends Component<object, { open: boolean }> {
  declare context: OnStage;
  readonly #root = createRef<HTMLDivElement>();

  #buttons(): HTMLButtonElement[] {
    return [...this.#root.current!.querySelectorAll("button")];
  }

  #toggle(open: boolean): void {
    this.setState({ open }, () => {
      const [menu, ...items] = this.#buttons();
      (open ? items.find((item) => item.ariaChecked === "true") ?? items[0] : menu)?.focus();
    });
  }

  #key(event: KeyboardEvent): void {
    const items = this.#buttons().slice(1);
    const at = items.indexOf(event.target as HTMLButtonElement);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
    if (event.key === "Escape" && this.state.open) this.#toggle(false);
    else if (to === undefined) return;
    else if (this.state.open) items.at(to % items.length)?.focus();
    else this.#toggle(true);
    event.preventDefault();
    event.stopPropagation();
  }

  override render(): VNode {
    const { words, journey, shown } = this.context.stage;
    const { locale, locales = [] } = shown.view;
    const open = this.state.open ?? false;
    return (
      <div
        ref={this.#root}
        class="language"
        onKeyDown={(event) => this.#key(event)}
        onFocusOut={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) this.setState({ open: false });
        }}
      >
        <button type="button" data-key="language" aria-haspopup="menu" aria-expanded={open} onClick={() => this.#toggle(!open)}>
          <Icon path={laterPaths.globe} />
          <span class="vh">{words("language")} </span>{code(locale, locales)}
        </button>
        {open && (
          <div class="menu" role="menu" aria-label={words("language")}>
            {locales.map((one) => (
              <button
                key={one}
                type="button"
                role="menuitemradio"
                aria-checked={one === locale}
                tabIndex={-1}
                lang={one}
                onClick={() => {
                  this.#toggle(false);
                  if (one !== locale) journey.act({ action: "language", locale: one }, "language");
                }}
              >
                {name(one, locales)}
                {one === locale && <Icon path={paths.check} />}
              </button>
            ))}
          </div>
        )}
      </div>
    );
  }
}
