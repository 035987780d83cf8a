import { Component, type VNode } from "preact";
import { paths } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { ClosedView } from "@bowline/ui/view.ts";
import type { Word } from "@bowline/ui/words/words.ts";
import type { OnStage } from "../context.ts";
import { Button } from "../parts/frame.tsx";
import { Message } from "../parts/message.tsx";

const outcomes: Record<ClosedView["outcome"], { icon: string; tone?: "good" | "bad"; title: Word; body: Word }> = {
  linked: { icon: paths.check, tone: "good", title: "closedLinked", body: "closedBody" },
  failed: { icon: laterPaths.alert, tone: "bad", title: "closedFailed", body: "closedBody" },
  choose: { icon: paths.question, title: "closedChoose", body: "closedChooseBody" },
  working: { icon: laterPaths.clock, title: "closedWorking", body: "closedBody" },
};

/**
 * The end of the tab that the provider was opened in. It closes itself where the
 * browser lets it, and says what to do where not. Whoever has lost the page that
 * opened it may go on here.
 */
export class Closed extends Component {
  declare context: OnStage;

  override componentDidMount(): void {
    window.close();
  }

  override render(): VNode {
    const { shown, words, journey } = this.context.stage;
    const { outcome, name } = shown.view.closed!;
    const { icon, tone, title, body } = outcomes[outcome];
    return (
      <Message
        icon={icon}
        tone={tone}
        title={words(title, { name })}
        body={words(body)}
        actions={(
          <Button name="continue" kind="quiet" onClick={() => journey.act({ action: "continue" }, "continue")}>
            {words("closedHere")}
          </Button>
        )}
      />
    );
  }
}
