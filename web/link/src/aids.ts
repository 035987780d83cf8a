// What a journey needs only after its first screen, besides the screens.

import { createElement, hydrate, render } from "preact";
import { InlineText, RichText } from "@bowline/ui/richtext.tsx";
import { arrive, cover, mayFocus } from "./arrive.ts";
import { upgrade } from "./draw/jsx-runtime.ts";
import { drive } from "./embed/drive.ts";
import { Exit } from "./exit.tsx";
import { host } from "./host.ts";
import { Language } from "./parts/language.tsx";

// Preact is here from now on.
upgrade(createElement);

// An object and not the module itself, which a bundler would give a helper of its own.
export const aids = { InlineText, RichText, arrive, cover, mayFocus, drive, Exit, host, Language, hydrate, render };
