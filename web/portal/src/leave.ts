// Unsaved changes are not lost by a click: whoever holds some says so here.

import { useEffect } from "preact/hooks";
import { confirm } from "./kit/confirm.tsx";
import { define, wordsNow } from "./i18n.ts";
import { leaving } from "./router.ts";

const words = define({
  title: "Leave without saving?",
  body: "The changes on this page have not been saved.",
  leave: "Leave without saving",
  stay: "Stay here",
}, {
  title: "Quitter sans enregistrer ?",
  body: "Les modifications de cette page n’ont pas été enregistrées.",
  leave: "Quitter sans enregistrer",
  stay: "Rester ici",
});

const unsaved = new Set<object>();

leaving.may = async () => {
  if (!unsaved.size) return true;
  const t = wordsNow(words);
  const may = await confirm({ title: t.title, body: t.body, action: t.leave, cancel: t.stay, danger: true });
  if (may) unsaved.clear();
  return may;
};

addEventListener("beforeunload", (event) => {
  if (unsaved.size) event.preventDefault();
});

/** While `dirty`, leaving the page asks first. */
export function useUnsaved(dirty: boolean): void {
  useEffect(() => {
    if (!dirty) return;
    const mine = {};
    unsaved.add(mine);
    return () => {
      unsaved.delete(mine);
    };
  }, [dirty]);
}
