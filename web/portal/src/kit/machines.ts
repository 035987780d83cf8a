// The kit's menus, popovers, comboboxes and tabs are machines of Zag, drawn by us. They write
// back what they know in effects, and Preact runs effects after the next frame: letters typed
// within that frame would be taken back. So effects run right after the rendering, which is
// before the next key.

import { options } from "preact";

options.requestAnimationFrame = queueMicrotask;

export { mergeProps, normalizeProps, useMachine } from "@zag-js/preact";
