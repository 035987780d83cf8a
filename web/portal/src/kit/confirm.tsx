// Asks before something that cannot be undone. One question at a time; the page awaits it.

import type { VNode } from "preact";
import { useState } from "preact/hooks";
import { messageOf } from "../api.ts";
import { useCell } from "../cell.ts";
import { useWords } from "../i18n.ts";
import { asked, type Question } from "./ask.ts";
import { Banner } from "./banner.tsx";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";
import { kitWords } from "./words.ts";

export { confirm, type Question } from "./ask.ts";

/** Stands once in the shell. */
export function ConfirmHost(): VNode | null {
  const now = useCell(asked);
  return now && <Asking key={now.question.title} {...now} />;
}

function Asking({ question, answer }: { question: Question; answer: (yes: boolean) => void }): VNode {
  const t = useWords(kitWords);
  const [typed, setTyped] = useState("");
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState("");
  const ready = !question.typed || typed.trim() === question.typed;
  const agree = async (): Promise<void> => {
    if (!ready || busy) return;
    if (!question.perform) return answer(true);
    setBusy(true);
    try {
      await question.perform();
      answer(true);
    } catch (thrown) {
      setError(messageOf(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog
      open role="alertdialog" size="narrow" title={question.title} locked={busy} onClose={() => answer(false)} onSubmit={agree}
      footer={<>
        <Button onClick={() => answer(false)} disabled={busy} rest={question.typed ? {} : { autofocus: true }}>{question.cancel ?? t.cancel}</Button>
        <Button type="submit" variant={question.danger ? "danger" : "primary"} solid busy={busy} disabled={!ready}>{question.action}</Button>
      </>}
    >
      <div class="stack">
        <div>{question.body}</div>
        {question.typed && <TextField label={t.typeToConfirm(question.typed)} value={typed} onInput={setTyped} autofocus />}
        {error && <Banner tone="bad">{error}</Banner>}
      </div>
    </Dialog>
  );
}
