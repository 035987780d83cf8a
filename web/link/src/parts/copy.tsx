import { Component, type VNode } from "preact";
import { paths } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { OnStage } from "../context.ts";
import { Button } from "./frame.tsx";

interface CopyProps {
  /** Names the control in its screen. */
  name: string;
  /** What the text is, for whoever cannot see it. */
  label: string;
  text: string;
  kind?: "solid" | "outline";
}

/** Copies a text and says whether that worked. */
export class Copy extends Component<CopyProps, { result?: "copied" | "copyFailed" }> {
  declare context: OnStage;

  async #copy(): Promise<void> {
    this.setState({ result: undefined });
    try {
      // Absent without a secure context, refused in some web views.
      await navigator.clipboard.writeText(this.props.text);
      this.setState({ result: "copied" });
    } catch {
      this.setState({ result: "copyFailed" });
    }
  }

  override render({ name, label, kind }: CopyProps): VNode {
    const { words } = this.context.stage;
    const { result } = this.state;
    const done = result === "copied";
    return (
      <div class="copy">
        <Button name={name} kind={kind ?? "outline"} icon={done ? paths.check : laterPaths.copy} onClick={() => void this.#copy()}>
          {words(done ? "copied" : "copy")}<span class="vh"> {label}</span>
        </Button>
        <p class={result === "copyFailed" ? "problem" : "vh"} role="status">{result && words(result)}</p>
      </div>
    );
  }
}

/** A text to take elsewhere, with its label and a button that copies it. A list in it is broken after its commas. */
export function Copyable(props: { name: string; label: string; text: string }): VNode {
  return (
    <div class="copyable">
      <div>
        <p class="minor">{props.label}</p>
        <code dir="ltr">{props.text.split(/(?<=,)/).map((part) => <>{part}<wbr /></>)}</code>
      </div>
      <Copy name={`copy-${props.name}`} label={props.label} text={props.text} />
    </div>
  );
}
