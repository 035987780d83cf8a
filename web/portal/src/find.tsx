// Search from anywhere: pages by their names, companies by whatever the directory knows.

import type { VNode } from "preact";
import { useEffect, useState } from "preact/hooks";
import { adopt } from "./adopt.ts";
import { api } from "./api.ts";
import css from "./find.css?text";
import { useWords } from "./i18n.ts";
import type { IconName } from "./icons.ts";
import { Dialog } from "./kit/dialog.tsx";
import { TextField } from "./kit/field.tsx";
import { Icon } from "./kit/icon.tsx";
import { Marked } from "./kit/marked.tsx";
import { Kbd } from "./kit/page.tsx";
import { useSettled } from "./load.ts";
import { navigation } from "./nav.ts";
import { navigate } from "./router.ts";
import { routes } from "./routes.ts";
import { useMay } from "./session.ts";
import { shellWords } from "./words/index.ts";

adopt(css);

interface Hit {
  href: string;
  label: string;
  icon: IconName;
  note?: string;
  /** Says itself what was looked for. */
  plain?: boolean;
}

/** The button in the top bar; Ctrl+K, or Command+K, does the same. */
export function Find(): VNode {
  const t = useWords(shellWords);
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const key = (event: KeyboardEvent): void => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
      event.preventDefault();
      // Not over a dialog that waits for an answer.
      if (!document.querySelector("dialog[open]")) setOpen(true);
    };
    addEventListener("keydown", key);
    return () => removeEventListener("keydown", key);
  }, []);
  return (
    <>
      <button type="button" class="find" onClick={() => setOpen(true)}>
        <Icon name="search" /><span>{t.search}<span class="unseen">{t.searchWhat}</span></span><Kbd>{/Mac|iPhone|iPad/.test(navigator.userAgent) ? "⌘K" : "Ctrl K"}</Kbd>
      </button>
      <Dialog open={open} title={t.searchLong} onClose={() => setOpen(false)} light class="finder">{open && <Finder close={() => setOpen(false)} />}</Dialog>
    </>
  );
}

const folded = (text: string): string => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

function Finder({ close }: { close: () => void }): VNode {
  const t = useWords(shellWords);
  const may = useMay();
  const [text, setText] = useState("");
  const [active, setActive] = useState(0);
  const asked = useSettled(text.trim());
  const [companies, setCompanies] = useState<{ for: string; hits: Hit[]; failed: boolean }>({ for: "", hits: [], failed: false });
  const hasCompanies = routes.some(({ path }) => path === "/companies") && may("companies.edit");
  useEffect(() => {
    if (!asked || !hasCompanies) return;
    const stop = new AbortController();
    api.get<{ results: { id: string; name: string; status: string }[] }>("/directory", { query: { q: asked, limit: 6 }, signal: stop.signal }).then(
      ({ results }) => setCompanies({ for: asked, failed: false, hits: results.map(({ id, name }) => ({ href: `/companies/${id}`, label: name, icon: "company" })) }),
      () => !stop.signal.aborted && setCompanies({ for: asked, hits: [], failed: true }),
    );
    return () => stop.abort();
  }, [asked]);

  const pages: Hit[] = navigation(may).flatMap((group) => group.items
    .map((item) => ({ href: item.path, label: t.nav[item.text], icon: item.icon, ...(group.heading && { note: t.nav[group.heading] }) }))
    .filter(({ label, note }) => folded(`${label} ${note ?? ""}`).includes(folded(text.trim()))));
  const known = text.trim() ? companies.hits : [];
  const all: Hit[] = [
    ...known, ...(hasCompanies && text.trim() ? [{ href: `/companies?q=${encodeURIComponent(text.trim())}`, label: t.allCompanies(text.trim()), icon: "search" as const, plain: true }] : []),
    ...pages,
  ];
  const at = Math.min(active, all.length - 1);
  const go = (hit: Hit | undefined): void => {
    if (!hit) return;
    close();
    void navigate(hit.href);
  };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setActive((at + (event.key === "ArrowDown" ? 1 : -1) + all.length) % Math.max(1, all.length));
    } else if (event.key === "Enter") {
      event.preventDefault();
      go(all[at]);
    }
  };
  return (
    <div role="search">
      <TextField label={t.searchLong} hideLabel type="search" placeholder={t.searchHint} value={text} onInput={(value) => { setText(value); setActive(0); }} onKeyDown={key} autofocus />
      <div class="found">
        {all.length === pages.length || !known.length ? null : <h3>{t.companies}</h3>}
        {all.map((hit, index) => (
          <>
            {index === all.length - pages.length && <h3 key="pages">{t.pages}</h3>}
            <a key={hit.href} href={`/portal${hit.href}`} class={index === at ? "now" : ""} onMouseMove={() => setActive(index)} onClick={close}>
              <Icon name={hit.icon} /><span class="truncate"><Marked text={hit.label} sought={hit.plain ? "" : text.trim()} /></span>{hit.note && <small>{hit.note}</small>}
            </a>
          </>
        ))}
        {!all.length && <p class="none" role="status">{t.nothingFound(text)}</p>}
        {companies.failed && text.trim() && <p class="none" role="status">{t.searchFailed}</p>}
      </div>
    </div>
  );
}
