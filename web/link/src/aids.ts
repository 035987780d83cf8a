// What a journey needs only after its first screen, besides the screens.

import { createElement, hydrate, render } from "preact";
import { InlineText, RichText } from "@bowline/ui/richtext.tsx";
import { arrive, cover, mayFocus } from "./arrive.ts";
import { upgrade } from "./draw/jsx-runtime.ts";
import { drive } from "./embed/drive.ts";
import { Exit } from "./exit.tsx";
import { host } from "./host.ts";
import { Fault } from "./parts/fault.tsx";
import { Language } from "./parts/language.tsx";
import { Message } from "./parts/message.tsx";
import { search } from "./search.ts";

// Preact is here from now on.
upgrade(createElement);

// An object and not the module itself, which a bundler would give a helper of its own.
export const aids = { InlineText, RichText, arrive, cover, mayFocus, drive, Exit, Fault, host, Language, Message, hydrate, render, search };
