// The question that something waits for; confirm.tsx draws it. Apart from it, since dialogs ask, too.

import type { ComponentChildren } from "preact";
import { cell } from "../cell.ts";

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

/** The question that stands now. */
export const asked = cell<{ question: Question; answer: (yes: boolean) => void } | null>(null);

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
