import type { VNode } from "preact";
import { define, useWords } from "../../i18n.ts";
import { messageOf } from "../../api.ts";
import { Button, Icon, toast } from "../../kit/index.ts";
import { useAction } from "../../load.ts";
import type { Autosave } from "./autosave.ts";

const words = define(
  { saving: "Saving…", saved: "Saved", failed: "Not saved", undo: "Undo last change", again: "Try again" },
  { saving: "Enregistrement…", saved: "Enregistré", failed: "Non enregistré", undo: "Annuler la dernière modification", again: "Réessayer" },
);

/** Whether what is typed is saved, and the way back. */
export function Saved({ state, changed, onUndo, onRetry }: { state: Autosave<object>["state"]; changed: boolean; onUndo: () => Promise<unknown>; onRetry: () => void }): VNode {
  const t = useWords(words);
  const undo = useAction(() => onUndo().catch((thrown) => toast({ text: messageOf(thrown), tone: "bad" })));
  return (
    <span class="row">
      <span class="row soft" role="status"><Icon name={state === "failed" ? "stop" : state === "saved" ? "ok" : "clock"} />{t[state]}</span>
      {state === "failed" ? <Button size="small" onClick={onRetry}>{t.again}</Button>
        : <Button size="small" variant="quiet" icon="undo" busy={undo.busy} disabled={state !== "saved" || !changed} onClick={() => void undo.run()}>{t.undo}</Button>}
    </span>
  );
}
