// Short messages after an action, at the edge of the window, with Undo where there is one.

import type { VNode } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { messageOf } from "../api.ts";
import { cell, useCell } from "../cell.ts";
import { useWords } from "../i18n.ts";
import { Button, IconButton } from "./button.tsx";
import { Icon } from "./icon.tsx";
import css from "./toast.css?text";
import { kitWords } from "./words.ts";

adopt(css);

export interface Toast {
  text: string;
  tone?: "good" | "bad";
  /** Takes the action back; the toast then stays longer. */
  undo?: () => Promise<unknown> | void;
  /** One of the same kind that is still shown gives way: what is done many times in a row is told once. */
  kind?: string;
}

interface Shown extends Toast {
  id: number;
  /** Whoever listens has heard it: it is not told again when it moves to another place. */
  told?: boolean;
}

const shown = cell<Shown[]>([]);
let count = 0;

/** Shows a message; the same words are not shown twice. A refusal belongs beside what was refused; use this where there is no such place. */
export function toast(message: Toast | string): void {
  const one = typeof message === "string" ? { text: message } : message;
  const others = shown.get().filter(({ kind, text, undo }) => (!kind || kind !== one.kind) && (undo || text !== one.text));
  shown.set([...others, { ...one, id: ++count }].slice(-3));
}

const drop = (id: number): void => shown.set(shown.get().filter((one) => one.id !== id));

/** The modal dialogs that are open, the latest last: nothing around that one can be clicked or heard. */
export const fronts = cell<readonly string[]>([]);

/** Stands once in the shell, and once in each dialog; messages show in the one that is in front. */
export function ToastHost({ of = "" }: { of?: string }): VNode {
  const all = useCell(shown);
  const front = useCell(fronts).at(-1) ?? "";
  const host = useRef<HTMLDivElement>(null);
  // Always open, or nobody would hear of it. A dialog opens its own once it is open, so that it lies above.
  useEffect(() => {
    if (!of) host.current?.showPopover();
  }, []);
  return (
    <div ref={host} class="toasts" popover="manual" role="status" aria-live="polite">
      {front === of && all.map((one) => <One key={one.id} one={one} />)}
    </div>
  );
}

function One({ one }: { one: Shown }): VNode {
  const t = useWords(kitWords);
  const [held, setHeld] = useState(false);
  const [busy, setBusy] = useState(false);
  const [told, setTold] = useState(one.told ?? false);
  useEffect(() => {
    // A dialog that closes with its message hands it on before anybody has heard it.
    const timer = setTimeout(() => setTold((one.told = true)), 400);
    return () => clearTimeout(timer);
  }, []);
  useEffect(() => {
    if (held || busy) return;
    const timer = setTimeout(() => drop(one.id), one.undo ? 10_000 : one.tone === "bad" ? 9000 : 5000);
    return () => clearTimeout(timer);
  }, [held, busy]);
  const undo = async (): Promise<void> => {
    setBusy(true);
    try {
      await one.undo?.();
    } catch (thrown) {
      toast({ text: messageOf(thrown), tone: "bad" });
    }
    drop(one.id);
  };
  return (
    <div class={`toast ${one.tone ?? "good"}`} aria-live={told ? "off" : undefined} onMouseEnter={() => setHeld(true)} onMouseLeave={() => setHeld(false)} onFocusIn={() => setHeld(true)} onFocusOut={() => setHeld(false)}>
      <Icon name={one.tone === "bad" ? "stop" : "ok"} />
      <p>{one.text}</p>
      {one.undo && <Button variant="quiet" size="small" icon="undo" busy={busy} onClick={undo}>{t.undo}</Button>}
      <IconButton icon="close" size="small" label={t.dismiss} onClick={() => drop(one.id)} />
    </div>
  );
}
