// What JSX compiles to. A first screen is drawn once and by a few lines (once.ts); Preact,
// which is a third of its weight, comes with the later screens and takes over what
// stands there. Until then elements are plain records, then they are Preact's own.

import type { createElement, VNode } from "preact";

/** An element before Preact is there. */
export interface Plain {
  type: string | ((props: object, context: object) => unknown);
  props: Record<string, unknown>;
}

type Type = string | ((props: object) => VNode | null);

let create = (type: Type, props: object): unknown => ({ type, props });

/** The contract of the automatic JSX runtime. */
export function jsx(type: Type, props: object, key?: string | number): unknown {
  return create(type, key === undefined ? props : { ...props, key });
}

export { jsx as jsxs };

export function Fragment(props: { children?: unknown }): unknown {
  return props.children;
}

/** From now on elements are made by Preact. */
export function upgrade(preact: typeof createElement): void {
  create = preact as typeof create;
}
