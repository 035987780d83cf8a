// Draws a first screen without Preact: elements in, nodes out. Drawing again keeps every
// node that can be kept, so that neither focus nor caret nor a touch under way gets lost.
// It leaves exactly what Preact would, so that Preact can take it over.

import type { Plain } from "./jsx-runtime.ts";

type Context = object;
type Props = Record<string, unknown>;

interface Provider {
  props: object;
  render(props: object): unknown;
  getChildContext?(): Context;
}

const svg = "http://www.w3.org/2000/svg";

/** What each element was last drawn from. */
const sources = new WeakMap<Node, Props>();

/** Sets what an element was given. Handlers are properties, which one can take away again without knowing them. */
function set(node: Element, name: string, value: unknown): void {
  const own = node as unknown as Props;
  if (name === "children" || name === "key") return;
  if (name.startsWith("on")) {
    // One that returned false would prevent what the browser does next.
    own[name.toLowerCase()] = value ? (event: Event) => void (value as (event: Event) => unknown)(event) : null;
  } else if (name === "style") {
    const { style } = node as HTMLElement;
    style.cssText = "";
    Object.assign(style, value);
  } else if (name === "value" || (typeof value === "boolean" && name in node)) {
    // The same text once more would move the caret.
    if (own[name] !== value) own[name] = value;
  } else if (value == null || (value === false && name[4] !== "-")) node.removeAttribute(name);
  else node.setAttribute(name, value === true && name[4] !== "-" ? "" : String(value));
}

function dress(node: Element, props: Props): void {
  const before = sources.get(node) ?? {};
  for (const name in { ...before, ...props }) {
    // The person may have changed these two.
    if (before[name] !== props[name] || name === "value" || name === "checked") set(node, name, props[name]);
  }
  sources.set(node, props);
}

/** Whether an element may stand for what is drawn now. */
function alike(node: Node, type: string, props: Props): boolean {
  const before = sources.get(node);
  return !!before && (node as Element).localName === type && before.key === props.key && before["data-key"] === props["data-key"];
}

/** Removes a node and those after it, up to one that stays. */
function clear(parent: Node, from: Node | null, to: Node | null): void {
  while (from && from !== to) {
    const next = from.nextSibling;
    parent.removeChild(from);
    from = next;
  }
}

/** Draws one child in the place of `at`, or before it; returns the node after it. */
function put(parent: Node, at: Node | null, child: unknown, context: Context, space: string | null): Node | null {
  if (child == null || typeof child === "boolean") return at;
  if (Array.isArray(child)) {
    for (const one of child) at = put(parent, at, one, context, space);
    return at;
  }
  if (typeof child !== "object") {
    const text = at?.nodeType === 3 ? at as Text : parent.insertBefore(document.createTextNode(""), at);
    if (text.data !== String(child)) text.data = String(child);
    return text.nextSibling;
  }
  const { type, props } = child as Plain;
  if (typeof type === "string") return putElement(parent, at, { type, props }, context, type === "svg" ? svg : space);
  if (!type.prototype?.render) return put(parent, at, type(props, context), context, space);
  const provider = new (type as unknown as new (props: object) => Provider)(props);
  provider.props = props;
  return put(parent, at, provider.render(props), { ...context, ...provider.getChildContext?.() }, space);
}

function putElement(parent: Node, at: Node | null, { type, props }: { type: string; props: Props }, context: Context, space: string | null): Node | null {
  let kept = at;
  while (kept && !alike(kept, type, props)) kept = kept.nextSibling;
  if (kept) clear(parent, at, kept);
  const node = (kept ?? (space ? document.createElementNS(space, type) : document.createElement(type))) as Element;
  dress(node, props);
  clear(node, put(node, node.firstChild, props.children, context, space), null);
  // Last, so that a new screen enters the page in one piece.
  if (!kept) parent.insertBefore(node, at);
  return node.nextSibling;
}

/** Draws an element into a root in place of what is there. */
export function once(element: unknown, root: HTMLElement): void {
  clear(root, put(root, root.firstChild, element, {}, null), null);
}

/** Takes the handlers off what was drawn; whoever takes it over brings their own. */
export function release(root: HTMLElement): void {
  for (const node of root.querySelectorAll("*")) {
    for (const name in sources.get(node)) if (name.startsWith("on")) set(node, name, null);
  }
}
