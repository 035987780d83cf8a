// A made-up language that is written from right to left, to see the screens
// mirrored before anybody translates them: English with its letters swapped for
// Arabic ones. Values in braces stay. It never ships.

import type { Locale } from "@bowline/ui/view.ts";
import { first as enUS } from "@bowline/ui/words/en-US.ts";
import { list as enUSList } from "@bowline/ui/words/list/en-US.ts";
import { rest as enUSLater } from "@bowline/ui/words/later/en-US.ts";
import { manage as enUSManage } from "@bowline/ui/words/manage/en-US.ts";
import { speak, type Plural, type Words } from "@bowline/ui/words/words.ts";

const letters = "ابتدهوزحطيكلمنسعفصقرشثخذضغ";

function turn(text: string): string {
  return text.replace(/\{\w+\}|[a-z]/gi, (found) => (
    found.length > 1 ? found : letters[found.toLowerCase().charCodeAt(0) - 97]!
  ));
}

function mirror<T extends Record<string, string | Plural>>(words: T): T {
  return Object.fromEntries(Object.entries(words).map(([key, text]) => [
    key,
    typeof text === "string" ? turn(text) : { one: turn(text.one), other: turn(text.other) },
  ])) as unknown as T;
}

/** The words of the test language. */
export function mirrored(): Words {
  return speak("ar-XB" as Locale, mirror(enUS), {
    list: () => Promise.resolve({ list: mirror(enUSList) }),
    manage: () => Promise.resolve({ manage: mirror(enUSManage) }),
    later: () => Promise.resolve({ rest: mirror(enUSLater) }),
  });
}
