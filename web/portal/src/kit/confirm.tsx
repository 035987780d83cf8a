// Asks before something that cannot be undone. One question at a time; the page awaits it.

import type { ComponentChildren, VNode } from "preact";
import { useState } from "preact/hooks";
import { messageOf } from "../api.ts";
import { cell, useCell } from "../cell.ts";
import { useWords } from "../i18n.ts";
import { Banner } from "./banner.tsx";
import { Button } from "./button.tsx";
import { Dialog } from "./dialog.tsx";
import { TextField } from "./field.tsx";
import { kitWords } from "./words.ts";

export interface Question {
  /** Names the thing: "Delete Harbour Bakery?" */
  title: string;
  /** What follows from it. */
  body: ComponentChildren;
  /** The verb on the button: "Delete company". */
  action: string;
  cancel?: string;
  danger?: boolean;
  /** Has to be typed first: for what takes much with it. */
  typed?: string;
  /** Done while the dialog waits; what it throws is shown there and may be tried again. */
  perform?: () => Promise<unknown>;
}

const asked = cell<{ question: Question; answer: (yes: boolean) => void } | null>(null);

/** Asks; resolves to whether the person agreed (and `perform`, if any, succeeded). */
export function confirm(question: Question): Promise<boolean> {
  asked.get()?.answer(false);
  return new Promise((resolve) => asked.set({
    question,
    answer: (yes) => {
      asked.set(null);
      resolve(yes);
    },
  }));
}

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
