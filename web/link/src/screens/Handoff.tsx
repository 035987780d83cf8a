import { Component, type VNode } from "preact";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import { webAddress, type OnStage } from "../context.ts";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { Leave } from "../parts/leave.tsx";
import { Logo } from "../parts/logo.tsx";
import { Notice } from "../parts/notice.tsx";

/** Us and them, and something that moves between. */
function Tie(_: object, { stage }: OnStage): VNode {
  const { client, handoff } = stage.shown.view;
  return (
    <div class="tie moving">
      <Logo of={client} size="large" />
      <span class="rope"><i /><i /><i /></span>
      <Logo of={handoff!.integration} size="large" />
    </div>
  );
}

/** Says where the person is being taken, then takes them. The link is for when that fails. */
function Leaving(_: object, { stage }: OnStage): VNode {
  const { shown, words, go } = stage;
  const { integration, url, who } = shown.view.handoff!;
  const address = webAddress(url);
  return (
    <Frame back calm>
      {!shown.stay && <Leave address={address} go={go.assign} />}
      <Tie />
      <Intro title={words("handoffTitle", { name: integration.name })}>{words("handoffBody")}</Intro>
      {who && <Notice icon={laterPaths.accountInformation}><p>{who}</p></Notice>}
      {address && <p><a class="quiet-link" href={address}>{words("handoffManual", { name: integration.name })}</a></p>}
    </Frame>
  );
}

/** Milliseconds for which the address of a sign-in is good; the server gives it a minute more. */
const fresh = 9 * 60_000;

interface WaitingState {
  /** The person opened the sign-in from here. */
  followed?: boolean;
  /** What came of "I have finished". */
  asked?: "asking" | "notYet";
}

/** Waits for the sign-in in another tab. Asking for news goes on by itself (watch.ts). */
class Waiting extends Component<object, WaitingState> {
  declare context: OnStage;
  readonly #since = performance.now();

  #ask = async () => {
    const { journey } = this.context.stage;
    this.setState({ asked: "asking" });
    const news = await journey.check();
    if (!news) this.setState({ asked: "notYet" });
  };

  /** The way into the other tab where none could be opened for the person. */
  #Door(): VNode {
    const { shown, words, journey } = this.context.stage;
    const { integration, url } = shown.view.handoff!;
    return (
      <a
        class="button solid"
        data-key="open"
        href={webAddress(url)}
        target="_blank"
        rel="noopener"
        onClick={(event) => {
          if (performance.now() - this.#since < fresh) return this.setState({ followed: true });
          event.preventDefault();
          journey.act({ action: "retry" }, "open");
        }}
      >
        {words("waitOpen", { name: integration.name })}<span class="vh"> ({words("newTab")})</span>
      </a>
    );
  }

  #Actions(away: boolean): VNode {
    const { shown, words, journey, tab } = this.context.stage;
    if (shown.tired) return <Button name="wake" onClick={() => journey.wake()}>{words("waitAgain")}</Button>;
    return (
      <>
        {!tab?.led && this.#Door()}
        <Button name="check" kind={away ? "solid" : "outline"} onClick={this.#ask}>{words("waitDone")}</Button>
        {tab?.led && <Button name="retry" kind="quiet" onClick={() => journey.act({ action: "retry" }, "retry")}>{words("waitReopen", { name: shown.view.handoff!.integration.name })}</Button>}
        {!tab?.led && (
          <Button name="same" kind="quiet" onClick={() => journey.act({ action: "retry", return: location.href }, "same")}>
            {words("waitHere")}
          </Button>
        )}
      </>
    );
  }

  override render(): VNode {
    const { shown, words, tab, journey } = this.context.stage;
    const { integration, who, canHandOver } = shown.view.handoff!;
    const { name } = integration;
    const { followed, asked } = this.state;
    const away = !!tab?.led || !!followed;
    return (
      <Frame back calm actions={this.#Actions(away)}>
        <Tie />
        <Intro title={words(away ? "waitTitle" : "waitOpenTitle", { name })}>{words(away ? "waitBody" : "waitOpenBody", { name })}</Intro>
        {who && <Notice icon={laterPaths.accountInformation}><p>{who}</p></Notice>}
        <p class="minor" role="status">
          {shown.tired ? words("waitTired") : asked && words(asked === "asking" ? "busy" : "waitNotYet", { name })}
        </p>
        {canHandOver && (
          <p><button type="button" class="quiet-link" data-key="handOver" onClick={() => journey.act({ action: "handOver" }, "handOver")}>{words("handOver")}</button></p>
        )}
      </Frame>
    );
  }
}

export function Handoff(_: object, { stage }: OnStage): VNode {
  return stage.shown.view.handoff!.mode === "tab" ? <Waiting /> : <Leaving />;
}
