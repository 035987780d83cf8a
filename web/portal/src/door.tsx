// What stands around the pages before the sign-in.

import type { ComponentChildren, VNode } from "preact";
import { useCell } from "./cell.ts";
import { localeNames, locale, locales, useWords } from "./i18n.ts";
import { Button } from "./kit/button.tsx";
import { Icon } from "./kit/icon.tsx";
import { Menu } from "./kit/menu.tsx";
import { theme, themes } from "./theme.ts";
import { shellWords } from "./words/index.ts";

export function DoorFrame({ children }: { children: ComponentChildren }): VNode {
  const t = useWords(shellWords);
  const now = useCell(locale);
  const look = useCell(theme);
  return (
    <div class="door">
      <main id="content" tabIndex={-1}>
        <div class="card">
          <div class="mark"><Icon name="knot" />{t.product}</div>
          {children}
        </div>
      </main>
      <footer>
        <Menu
          label={t.language} items={locales.map((one) => ({ label: localeNames[one], checked: one === now, onSelect: () => locale.set(one) }))}
          trigger={(props) => <Button variant="quiet" size="small" icon="globe" rest={{ ...props }}><span class="unseen">{`${t.language}: `}</span>{localeNames[now]}</Button>}
        />
        <Menu
          label={t.theme} items={themes.map((one) => ({ label: t.themes[one], checked: one === look, onSelect: () => theme.set(one) }))}
          trigger={(props) => <Button variant="quiet" size="small" icon={look === "dark" ? "moon" : look === "light" ? "sun" : "screen"} rest={{ ...props }}>{t.theme}<span class="unseen">{`: ${t.themes[look]}`}</span></Button>}
        />
      </footer>
    </div>
  );
}
