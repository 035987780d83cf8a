import type { ComponentChildren, VNode } from "preact";

/** Says that the screen moves on by itself, once something happens elsewhere. */
export function Waiting(props: { children: ComponentChildren }): VNode {
  return (
    <div class="waiting">
      <span class="dots"><i /><i /><i /></span>
      <p role="status">{props.children}</p>
    </div>
  );
}
