import { Component, createRef, type VNode } from "preact";
import type { SourceType, Tile } from "@bowline/ui/view.ts";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { Word } from "@bowline/ui/words/words.ts";
import type { OnStage } from "../context.ts";
import { Choice } from "../parts/choice.tsx";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { Logo } from "../parts/logo.tsx";
import { Message } from "../parts/message.tsx";
import { Notice } from "../parts/notice.tsx";
import { onPhone } from "../parts/phone.ts";
import { HandOverWay, Ways } from "../parts/ways.tsx";
import { search, type Match, type Piece } from "../search.ts";

const titles: Record<SourceType, Word> = {
  Accounting: "pickAccounting",
  Banking: "pickBanking",
  Commerce: "pickCommerce",
};

/** What a phone has to do with a row, in short and in full. */
const devices: Record<NonNullable<Tile["device"]>, { note: Word; why: Word }> = {
  desktop: { note: "deviceDesktop", why: "deviceDesktopWhy" },
  package: { note: "devicePackage", why: "devicePackageWhy" },
  large: { note: "deviceLarge", why: "deviceLargeWhy" },
};

function Marked(props: { pieces: Piece[] }): VNode {
  return <>{props.pieces.map((piece) => (piece.hit ? <mark>{piece.text}</mark> : piece.text))}</>;
}

/** Puts the marked supplier into its sentence, wherever the language wants it. */
function through(sentence: string, provider: Piece[]): Piece[] {
  const [before = "", after = ""] = sentence.split("{provider}");
  return [{ text: before, hit: false }, ...provider, { text: after, hit: false }];
}

interface RowProps { match: Match; chosen: boolean; onChoose: () => void; onPick: () => void }

function Row(props: RowProps, { stage }: OnStage): VNode {
  const { words } = stage;
  const { tile, name, provider } = props.match;
  return (
    <Choice group="integration" value={tile.key} chosen={props.chosen} onChoose={props.onChoose} onPick={props.onPick}>
      <Logo of={tile} />
      <span class="names">
        <span>
          <Marked pieces={name} />
          {tile.sandbox && <>{" "}<span class="pill">{words("sandbox")}</span></>}
          {tile.linked && <>{" "}<span class="pill linked"><Icon path={paths.check} />{words("stateLinked")}</span></>}
        </span>
        {provider && <span class="minor"><Marked pieces={through(words("through"), provider)} /></span>}
        {tile.device && onPhone() && <span class="minor iconed"><Icon path={laterPaths.computer} />{words(devices[tile.device].note)}</span>}
      </span>
    </Choice>
  );
}

function SearchBox(
  props: { query: string; onType: (text: string) => void; onKeyDown: (event: KeyboardEvent) => void },
  { stage }: OnStage,
): VNode {
  const { words } = stage;
  const box = createRef<HTMLInputElement>();
  return (
    <div class="search">
      <Icon path={laterPaths.search} />
      <input
        ref={box}
        type="search"
        aria-label={words("search")}
        placeholder={words("search")}
        value={props.query}
        autoComplete="off"
        autoCapitalize="off"
        spellcheck={false}
        enterKeyHint="search"
        data-key="search"
        onInput={(event) => props.onType(event.currentTarget.value)}
        onKeyDown={props.onKeyDown}
      />
      {props.query && (
        <button
          type="button"
          class="round"
          aria-label={words("clearSearch")}
          title={words("clearSearch")}
          onClick={() => {
            props.onType("");
            box.current?.focus();
          }}
        >
          <Icon path={laterPaths.clear} />
        </button>
      )}
    </div>
  );
}

interface PickerState {
  query?: string;
  chosen?: string;
  nudge?: boolean;
  /** "Someone else has the sign-in" came first: the row that follows is for them. */
  handing?: boolean;
}

/**
 * Choosing the software: a search box over a group of radio buttons. Choice and
 * search survive the way back.
 */
export class Picker extends Component<object, PickerState> {
  declare context: OnStage;
  readonly #list = createRef<HTMLFieldSetElement>();

  /** Changes the state and what the way back remembers of it. */
  #set(change: { query?: string; chosen?: string }): void {
    Object.assign(this.context.stage.shown.memo, change);
    this.setState({ ...change, nudge: false });
  }

  #step(radio: HTMLInputElement | undefined): void {
    if (!radio) return;
    radio.focus();
    this.#set({ chosen: radio.value });
  }

  #radios(): HTMLInputElement[] {
    return [...(this.#list.current?.querySelectorAll("input") ?? [])];
  }

  /** From the box, arrows and Enter lead into the list; Enter never sends a row unseen. */
  #fromBox(event: KeyboardEvent, query: string, choice: string | undefined): void {
    if (event.key === "Escape" && query) this.#set({ query: "" });
    else if (event.key === "ArrowDown" || (event.key === "Enter" && !choice)) {
      const radios = this.#radios();
      this.#step(radios.find((radio) => radio.checked) ?? radios[0]);
    } else return;
    event.preventDefault();
  }

  #inList(event: KeyboardEvent): void {
    if (event.key !== "Home" && event.key !== "End") return;
    event.preventDefault();
    this.#step(this.#radios().at(event.key === "Home" ? 0 : -1));
  }

  /** Takes a key to the server, or says that a row must be chosen first. */
  #with(choice: string | undefined, act: (integrationKey: string) => void): void {
    if (choice) act(choice);
    else this.setState({ nudge: true });
  }

  /** A row that was clicked or tapped leads on by itself, unless there is something to read about it first. */
  #pick(tile: Tile): void {
    this.#set({ chosen: tile.key });
    if (tile.device && onPhone()) return;
    const action = this.state.handing ? "handOver" : "choose";
    this.context.stage.journey.act({ action, integrationKey: tile.key }, action === "choose" ? "next" : action);
  }

  /** The way on: to the consent, or on a phone where that leads nowhere, to a computer. */
  #footer(choice: Tile | undefined): VNode {
    const { words, journey } = this.context.stage;
    const { nudge } = this.state;
    const device = onPhone() ? choice?.device : undefined;
    const stuck = device === "desktop";
    const elsewhere = () => journey.act({ action: "device", integrationKey: choice?.key }, "device");
    return (
      <>
        <p class="nudge" role="status">{nudge && words("chooseFirst")}</p>
        {device && <Notice icon={laterPaths.computer} kind="warn"><p>{words(devices[device].why, { name: choice!.name })}</p></Notice>}
        {!stuck && <Button name="next" submit disabled={!choice}>{words("next")}</Button>}
        {device && <Button name="device" kind={stuck ? "solid" : "outline"} submit={stuck} onClick={elsewhere}>{words("onComputer")}</Button>}
      </>
    );
  }

  #ways(choice: string | undefined, canHandOver: boolean, notListed: boolean): VNode {
    const { words, journey } = this.context.stage;
    const { sourceType } = this.context.stage.shown.view.picker!;
    return (
      <Ways>
        {notListed && (
          <Button name="notListed" kind="quiet" icon={laterPaths.question} onClick={() => journey.act({ action: "notListed", sourceType }, "notListed")}>
            {words("notListed")}
          </Button>
        )}
        {canHandOver && (
          <HandOverWay
            onClick={() => {
              this.setState({ handing: true });
              this.#with(choice, (integrationKey) => journey.act({ action: "handOver", integrationKey }, "handOver"));
            }}
          />
        )}
        <Button name="otherDevice" kind="quiet" icon={laterPaths.phone} onClick={() => journey.act({ action: "device", integrationKey: choice }, "otherDevice")}>
          {words("otherDevice")}
        </Button>
      </Ways>
    );
  }

  /** Nothing matches: another spelling, or software that is not on offer. */
  #noMatch(query: string): VNode {
    const { words, journey, shown } = this.context.stage;
    const { sourceType } = shown.view.picker!;
    return (
      <div class="no-match">
        <h2>{words("noMatchTitle", { query })}</h2>
        <p class="minor">{words("noMatchBody")}</p>
        <div class="pair">
          <Button name="clear" kind="outline" onClick={() => this.#set({ query: "" })}>{words("clearSearch")}</Button>
          <Button name="notListed" kind="outline" onClick={() => journey.act({ action: "notListed", sourceType }, "notListed")}>
            {words("notListed")}
          </Button>
        </div>
      </div>
    );
  }

  override render(): VNode {
    const { shown, words, journey } = this.context.stage;
    const { memo } = shown;
    const { sourceType, integrations, canHandOver, preselected } = shown.view.picker!;
    if (!integrations.length) {
      return (
        <Message back icon={laterPaths.search} title={words("noneTitle")} body={words("noneBody", { client: shown.view.client.name })}>
          {this.#ways(undefined, false, true)}
        </Message>
      );
    }

    const query = this.state.query ?? memo.query ?? "";
    const wanted = this.state.chosen ?? memo.chosen ?? preselected;
    const matches = search(integrations, query);
    // A choice that the search hides must not be sent by accident.
    const tile = matches.find((match) => match.tile.key === wanted)?.tile;
    const choice = tile?.key;
    const title = words(titles[sourceType]);
    return (
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (tile?.device === "desktop" && onPhone()) return;
          this.#with(choice, (integrationKey) => journey.act({ action: "choose", integrationKey }, "next"));
        }}
      >
        <Frame back actions={this.#footer(tile)}>
          <Intro title={title}>{words("pickHint")}</Intro>
          <SearchBox
            query={query}
            onType={(text) => this.#set({ query: text })}
            onKeyDown={(event) => this.#fromBox(event, query, choice)}
          />
          <p class="vh" role="status">{query.trim() && words("results", { count: matches.length })}</p>
          {matches.length > 0
            ? (
              <fieldset ref={this.#list} class="rows" onKeyDown={(event) => this.#inList(event)}>
                <legend class="vh">{title}</legend>
                {matches.map((match) => (
                  <Row
                    key={match.tile.key}
                    match={match}
                    chosen={match.tile.key === choice}
                    onChoose={() => this.#set({ chosen: match.tile.key })}
                    onPick={() => this.#pick(match.tile)}
                  />
                ))}
              </fieldset>
            )
            : this.#noMatch(query.trim())}
          {this.#ways(choice, canHandOver, matches.length > 0)}
        </Frame>
      </form>
    );
  }
}
