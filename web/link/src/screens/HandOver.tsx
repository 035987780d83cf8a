import type { VNode } from "preact";
import { Icon } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { OnStage } from "../context.ts";
import { Address } from "../parts/address.tsx";
import { Copy } from "../parts/copy.tsx";
import { moment } from "../parts/dates.ts";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { mailto } from "../parts/mail.ts";
import { Waiting } from "../parts/waiting.tsx";

/** The link for whoever has the sign-in, and news of what became of it. */
export function HandOver(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey } = stage;
  const { handover, client, company, locale } = shown.view;
  const { integration, url, expires } = handover!;
  const names = { name: integration.name, client: client.name, company: company.name, url, date: moment(expires, locale) };
  const subject = words("handOverSubject", names);
  const text = words("handOverMail", names);
  return (
    <Frame
      actions={(
        <>
          <Button name="continue" kind="outline" onClick={() => journey.act({ action: "continue" }, "continue")}>{words("continue")}</Button>
          <Button name="signIn" kind="quiet" onClick={() => journey.act({ action: "signIn" }, "signIn")}>{words("handOverSignIn")}</Button>
        </>
      )}
    >
      <Intro title={words("handOverTitle")}>{words("handOverBody", names)}</Intro>
      <div class="boxed ticket">
        <Address url={url} />
        <p class="minor">{words("handOverExpires", names)}</p>
        <Copy name="copy" kind="solid" label={words("handOverLabel")} text={url} />
        <div class="pair">
          <a class="button outline" data-key="email" href={mailto(subject, text)}>
            <span class="label"><Icon path={laterPaths.mail} />{words("email")}</span>
          </a>
          {"share" in navigator && (
            // Rejects when the person closes the sheet, which is no error.
            <Button name="sendOn" kind="outline" icon={laterPaths.send} onClick={() => void navigator.share({ title: subject, text }).catch(() => undefined)}>
              {words("sendOn")}
            </Button>
          )}
        </div>
      </div>
      <Waiting>{words("handOverWaiting")}</Waiting>
    </Frame>
  );
}
