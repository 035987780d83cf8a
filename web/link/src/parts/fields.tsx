import { Component, createRef, type ComponentChildren, type VNode } from "preact";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { OnStage } from "../context.ts";
import { Field, type FieldProps } from "./field.tsx";
import { Button, Frame } from "./frame.tsx";
import { Notice } from "./notice.tsx";

interface FieldsProps {
  fields: FieldProps[];
  /** Explanation above the fields, and what follows them. */
  above: ComponentChildren;
  below?: ComponentChildren;
  button: string;
  back?: boolean;
  /** What is wrong with the whole; shown above the fields, with the way to each wrong one. */
  problem?: string;
  /** What is wrong with a value that is there; undefined for nothing. */
  check?(value: string): string | undefined;
  onSend(values: Record<string, string>): void;
}

/**
 * A form of fields. What is missing is said beside the field and focus goes
 * there; what the server found is also listed at the top, where it is read out.
 */
export class Fields extends Component<FieldsProps, { problems?: Record<string, string> }> {
  declare context: OnStage;
  readonly #form = createRef<HTMLFormElement>();

  #focus(name: string): void {
    this.#form.current!.querySelector<HTMLInputElement>(`#field-${CSS.escape(name)}`)?.focus();
  }

  #send(): void {
    const { words } = this.context.stage;
    const { fields, check, onSend } = this.props;
    const typed = new FormData(this.#form.current!);
    const values: Record<string, string> = {};
    const problems: Record<string, string> = {};
    for (const { name, optional } of fields) {
      const value = (values[name] = String(typed.get(name) ?? "").trim());
      const wrong = value ? check?.(value) : !optional && words("fillIn");
      if (wrong) problems[name] = wrong;
    }
    this.setState({ problems });
    const [first] = Object.keys(problems);
    if (first === undefined) onSend(values);
    else this.#focus(first);
  }

  override render({ fields, above, below, button, back, problem }: FieldsProps): VNode {
    const { problems } = this.state;
    const drawn = fields.map((field) => ({ ...field, problem: problems ? problems[field.name] : field.problem }));
    const wrong = drawn.filter((field) => field.problem);
    return (
      <form
        ref={this.#form}
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          this.#send();
        }}
      >
        <Frame back={back} actions={<Button name="submit" submit>{button}</Button>}>
          {above}
          <div role="alert">
            {!problems && problem && (
              <Notice icon={laterPaths.alert} kind="bad">
                <strong>{problem}</strong>
                {wrong.length > 0 && (
                  <ul>
                    {wrong.map((field) => (
                      <li key={field.name}>
                        <button type="button" class="small-link" onClick={() => this.#focus(field.name)}>{field.label}</button> <span>{field.problem}</span>
                      </li>
                    ))}
                  </ul>
                )}
              </Notice>
            )}
          </div>
          <div class="fields">{drawn.map((field) => <Field key={field.name} {...field} />)}</div>
          {below}
        </Frame>
      </form>
    );
  }
}
