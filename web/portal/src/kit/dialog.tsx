import type { ComponentChildren, VNode } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { adopt } from "../adopt.ts";
import { useWords } from "../i18n.ts";
import { confirm } from "./ask.ts";
import { IconButton } from "./button.tsx";
import css from "./dialog.css?text";
import { fronts, ToastHost } from "./toast.tsx";
import { kitWords } from "./words.ts";

adopt(css);

export interface DialogProps {
  /** Drawn only while it is open: keep what was typed in the page if it must outlive the dialog. */
  open: boolean;
  title: string;
  onClose: () => void;
  children: ComponentChildren;
  /** Buttons; the main one last. */
  footer?: ComponentChildren;
  /** Makes the dialog a form: Enter in a field sends it, and what was typed is not lost without a question. */
  onSubmit?: () => void;
  size?: "narrow" | "usual" | "wide";
  /** Escape and the cross do nothing: something is under way, or an answer is needed. */
  locked?: boolean;
  /** A click beside it closes it; not where somebody may have typed much. */
  light?: boolean;
  role?: "dialog" | "alertdialog";
  class?: string;
}

/** What the fields of a form hold, and what was chosen in it. Empty fields say nothing. */
function typedIn(body: Element): string {
  const fields = [...body.querySelectorAll<HTMLInputElement>("input, select, textarea")].map((one) => (one.type === "checkbox" || one.type === "radio" ? (one.checked ? one.name + one.value : "") : one.value.trim()));
  return [...fields, ...[...body.querySelectorAll(".chip")].map((one) => one.textContent)].filter(Boolean).join("\n");
}

/** A modal dialog: the browser keeps focus inside and gives it back. */
export function Dialog(props: DialogProps): VNode | null {
  return props.open ? <Opened {...props} /> : null;
}

function Opened(props: DialogProps): VNode {
  const t = useWords(kitWords);
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  const before = useRef<Element | null>(null);
  const untouched = useRef<string | undefined>(undefined);
  const body = (): Element => dialog.current!.querySelector(".body")!;
  // Before the first key or click inside, since what a form begins with may come from the server.
  const touch = (event: Event): void => {
    if (body().contains(event.target as Node)) untouched.current ??= typedIn(body());
  };
  const leave = async (): Promise<void> => {
    const typed = props.onSubmit && props.role !== "alertdialog" && untouched.current !== undefined && typedIn(body()) !== untouched.current;
    if (!typed || (await confirm({ title: t.discardTitle, body: t.discardText, action: t.discard, cancel: t.keepTyping, danger: true }))) props.onClose();
  };
  useEffect(() => {
    const one = dialog.current!;
    before.current = document.activeElement;
    one.showModal();
    fronts.set([...fronts.get(), id]);
    one.querySelector<HTMLElement>(":scope > .toasts")!.showPopover();
    // The browser would take the cross, which is first and rarely meant.
    const first = one.querySelector<HTMLElement>("[autofocus], .body :is(input, select, textarea):not([type=hidden], :disabled)") ?? one.querySelector<HTMLElement>(".foot .button:last-child");
    first?.focus();
    return () => {
      fronts.set(fronts.get().filter((other) => other !== id));
      one.close();
      if (before.current?.isConnected) (before.current as HTMLElement).focus();
    };
  }, []);
  const inside = (
    <>
      <div class="head">
        <h2 id={`${id}-title`}>{props.title}</h2>
        {!props.locked && <IconButton icon="close" label={t.close} onClick={() => void leave()} />}
      </div>
      <div class="body" id={`${id}-body`}>{props.children}</div>
      {props.footer && <div class="foot">{props.footer}</div>}
    </>
  );
  return (
    <dialog
      ref={dialog} class={`modal ${props.size ?? ""} ${props.class ?? ""}`} role={props.role} aria-labelledby={`${id}-title`} aria-describedby={props.role === "alertdialog" ? `${id}-body` : undefined}
      onCancel={(event) => {
        if (event.target !== event.currentTarget) return;
        event.preventDefault();
        if (!props.locked) void leave();
      }}
      onKeyDown={(event) => {
        // Left to themselves, browsers answer Escape for several dialogs at once and, pressed again, without asking.
        if (event.key !== "Escape" || event.isComposing || event.defaultPrevented || (event.target as Element).closest("dialog") !== event.currentTarget) return;
        event.preventDefault();
        if (!props.locked) void leave();
      }}
      onKeyDownCapture={touch} onPointerDownCapture={touch} onBeforeInputCapture={touch}
      onMouseDown={(event) => props.light && event.target === event.currentTarget && props.onClose()}
    >
      {props.onSubmit
        ? <form noValidate onSubmit={(event) => { event.preventDefault(); props.onSubmit?.(); }}>{inside}</form>
        : inside}
      <ToastHost of={id} />
    </dialog>
  );
}

/** A dialog along the side of the window: details of one of a list, which stays in sight. */
export function Drawer(props: Omit<DialogProps, "role" | "size"> & { size?: "usual" | "wide"; side?: "left" | "right" }): VNode | null {
  return <Dialog {...props} light={props.light ?? true} class={`drawer ${props.side ?? "right"} ${props.class ?? ""}`} />;
}
