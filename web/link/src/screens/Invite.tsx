import type { VNode } from "preact";
import { InlineText, RichText } from "@bowline/ui/richtext.tsx";
import type { OnStage } from "../context.ts";
import { Fields } from "../parts/fields.tsx";
import { Intro } from "../parts/frame.tsx";

/** Letters of a company's name (link.md 1.3.1). Phones type the curly apostrophe, which is sent as the straight one. */
const letters = /^[\p{L}\p{M}\p{N} \-'’&@.,?!]+$/u;

/** A company that is not known yet gives its name. */
export function Invite(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { title, body, problem } = shown.view.invite!;
  const newTab = words("newTab");
  return (
    <Fields
      above={(
        <Intro title={title ? <InlineText text={title} newTab={newTab} /> : words("inviteTitle")}>
          {body && <RichText text={body} newTab={newTab} />}
        </Intro>
      )}
      fields={[{ name: "name", label: words("inviteLabel"), maxLength: 250, autoComplete: "organization", problem }]}
      button={words("next")}
      check={(value) => (letters.test(value) ? undefined : words("inviteLetters"))}
      onSend={({ name }) => journey.act({ action: "create", name: name!.replaceAll("’", "'") }, "submit")}
    />
  );
}
