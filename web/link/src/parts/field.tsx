import { Component, type VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { CredentialField } from "@bowline/ui/view.ts";
import { webAddress, type OnStage } from "../context.ts";

export interface FieldProps extends Partial<CredentialField> {
  name: string;
  label: string;
  maxLength?: number;
  /** Token of the HTML autofill list. */
  autoComplete?: string;
}

/**
 * One labelled field, a text or a choice, with everything that may stand around it: help, a fixed
 * beginning or ending, what is wrong, and for a secret the eye that shows it.
 */
export class Field extends Component<FieldProps, { open?: boolean }> {
  declare context: OnStage;

  override render(props: FieldProps): VNode {
    const { words } = this.context.stage;
    const { name, label, help, problem, prefix, suffix, secret, optional, options } = props;
    const open = this.state.open ?? false;
    const docs = webAddress(props.docsUrl);
    const id = `field-${name}`;
    const parts = { prefix, suffix, help, problem };
    const described = Object.entries(parts).filter(([, text]) => text).map(([part]) => `${id}-${part}`).join(" ");
    return (
      <div class={problem ? "field wrong" : "field"}>
        <label for={id}>{label}{optional && <span class="minor"> ({words("optionalField")})</span>}</label>
        {help && <p class="minor" id={`${id}-help`}>{help}</p>}
        {/* A provider's address reads from left to right in every language. */}
        <div class="box" dir={prefix || suffix ? "ltr" : undefined}>
          {prefix && <span class="affix" id={`${id}-prefix`}>{prefix}</span>}
          {options ? (
            <>
              <select id={id} name={name} required={!optional} aria-invalid={problem ? true : undefined} aria-describedby={described || undefined} data-key={id}>
                <option value="">{props.placeholder ?? words("choose")}</option>
                {options.map((one) => <option key={one.value} value={one.value} selected={one.value === props.value}>{one.label}</option>)}
              </select>
              <Icon path={laterPaths.down} />
            </>
          ) : <input
            id={id}
            name={name}
            type={(secret && !open ? "password" : "text") as "text"}
            defaultValue={props.value}
            placeholder={props.placeholder}
            maxLength={props.maxLength}
            required={!optional}
            aria-invalid={problem ? true : undefined}
            aria-describedby={described || undefined}
            autoComplete={props.autoComplete ?? (secret ? "one-time-code" : "off")}
            autoCapitalize={secret ? "off" : undefined}
            spellcheck={false}
            data-key={id}
          />}
          {suffix && <span class="affix" id={`${id}-suffix`}>{suffix}</span>}
          {secret && (
            <button type="button" class="eye" aria-controls={id} onClick={() => this.setState({ open: !open })}>
              {words(open ? "hide" : "show")}<span class="vh"> {label}</span>
            </button>
          )}
        </div>
        {problem && <p class="problem" id={`${id}-problem`}><Icon path={laterPaths.alert} />{problem}</p>}
        {docs && (
          <p>
            <a class="small-link" href={docs} target="_blank" rel="noopener noreferrer">
              {words("findIt")}<span class="vh"> {label} ({words("newTab")})</span>
            </a>
          </p>
        )}
      </div>
    );
  }
}
