// Draws a first screen without Preact: elements in, nodes out. Drawing again replaces
// everything. It leaves exactly what Preact would, so that Preact can take it over.

import type { Plain } from "./jsx-runtime.ts";

type Context = object;

interface Provider {
  props: object;
  render(props: object): unknown;
  getChildContext?(): Context;
}

const svg = "http://www.w3.org/2000/svg";

/** Handlers go where one can take them away again without knowing them. */
function set(node: Element, name: string, value: unknown): void {
  if (name === "ref") (value as { current: unknown }).current = node;
  else if (name.startsWith("on")) (node as unknown as Record<string, unknown>)[name.toLowerCase()] = value;
  else if (name === "style") Object.assign((node as HTMLElement).style, value);
  else if (name !== "children" && name !== "key" && value != null && (value !== false || name[4] === "-")) {
    node.setAttribute(name, value === true && name[4] !== "-" ? "" : String(value));
  }
}

function append(parent: Node, child: unknown, context: Context, space: string | null): void {
  if (child == null || typeof child === "boolean") return;
  if (Array.isArray(child)) return child.forEach((one) => append(parent, one, context, space));
  if (typeof child !== "object") return void parent.appendChild(document.createTextNode(String(child)));
  const { type, props } = child as Plain;
  if (typeof type === "string") {
    const within = type === "svg" ? svg : space;
    const node = within ? document.createElementNS(within, type) : document.createElement(type);
    for (const name in props) set(node, name, props[name]);
    append(node, props.children, context, within);
    parent.appendChild(node);
  } else if (type.prototype?.render) {
    const provider = new (type as unknown as new (props: object) => Provider)(props);
    provider.props = props;
    append(parent, provider.render(props), { ...context, ...provider.getChildContext?.() }, space);
  } else {
    append(parent, type(props, context), context, space);
  }
}

/** Draws an element into a root in place of what is there. Focus stays with the control of the same data-key. */
export function once(element: unknown, root: HTMLElement): void {
  const drawn = document.createDocumentFragment();
  append(drawn, element, {}, null);
  const { activeElement } = root.getRootNode() as Document | ShadowRoot;
  const key = root.contains(activeElement) && (activeElement as HTMLElement).dataset.key;
  root.replaceChildren(drawn);
  if (key) [...root.querySelectorAll<HTMLElement>("[data-key]")].find((one) => one.dataset.key === key)?.focus();
}

/** Takes the handlers off what was drawn; whoever takes it over brings their own. */
export function release(root: HTMLElement): void {
  for (const node of root.querySelectorAll("*")) {
    const handlers = node as unknown as Record<string, unknown>;
    for (const name of ["onclick", "onerror", "onkeydown"]) handlers[name] = null;
  }
}
