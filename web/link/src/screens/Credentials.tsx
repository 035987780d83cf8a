import type { VNode } from "preact";
import type { OnStage } from "../context.ts";
import { Fields } from "../parts/fields.tsx";
import { Intro } from "../parts/frame.tsx";
import { Help } from "../parts/help.tsx";
import { Logo } from "../parts/logo.tsx";
import { HandOverWay, Ways } from "../parts/ways.tsx";

/** What the software wants to know instead of a sign-in of its own, or before it. */
export function Credentials(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { integration, fields, leads, problem, canHandOver } = shown.view.credentials!;
  const wrong = problem || (fields.some((field) => field.problem) ? words("credentialsWrong") : undefined);
  return (
    <Fields
      back
      above={(
        <>
          <div class="tie"><Logo of={integration} size="large" /></div>
          <Intro title={words(leads ? "inputsTitle" : "credentialsTitle", { name: integration.name })}>{leads ? words("inputsBody", { name: integration.name }) : words("credentialsBody")}</Intro>
        </>
      )}
      fields={fields}
      problem={wrong}
      button={words("continue")}
      below={<>{canHandOver && <Ways><HandOverWay /></Ways>}<Help /></>}
      onSend={(values) => journey.act({ action: "submit", fields: values }, "submit")}
    />
  );
}
