import { Component, createRef, type VNode } from "preact";
import type { SourceType } from "@bowline/ui/view.ts";
import { Icon } from "@bowline/ui/icons.tsx";
import { laterPaths } from "@bowline/ui/icons-later.ts";
import type { Word } from "@bowline/ui/words/words.ts";
import type { OnStage } from "../context.ts";
import { Choice } from "../parts/choice.tsx";
import { Button, Frame, Heading } from "../parts/frame.tsx";
import { Logo } from "../parts/logo.tsx";
import { Message } from "../parts/message.tsx";
import { search, type Match, type Piece } from "../search.ts";

const titles: Record<SourceType, Word> = {
  Accounting: "pickAccounting",
  Banking: "pickBanking",
  Commerce: "pickCommerce",
};

function Marked(props: { pieces: Piece[] }): VNode {
  return <>{props.pieces.map((piece) => (piece.hit ? <mark>{piece.text}</mark> : piece.text))}</>;
}

/** Puts the marked supplier into its sentence, wherever the language wants it. */
function through(sentence: string, provider: Piece[]): Piece[] {
  const [before = "", after = ""] = sentence.split("{provider}");
  return [{ text: before, hit: false }, ...provider, { text: after, hit: false }];
}

function Row(props: { match: Match; chosen: boolean; onChoose: () => void }, { stage }: OnStage): VNode {
  const { words } = stage;
  const { tile, name, provider } = props.match;
  return (
    <Choice group="integration" value={tile.key} chosen={props.chosen} onChoose={props.onChoose}>
      <Logo name={tile.name} url={tile.logoUrl} />
      <span class="names">
        <span><Marked pieces={name} /> {tile.sandbox && <span class="pill">{words("sandbox")}</span>}</span>
        {provider && <span class="minor"><Marked pieces={through(words("through"), provider)} /></span>}
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

interface PickerState { query?: string; chosen?: string; nudge?: boolean }

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

  override render(): VNode {
    const { shown, words, journey } = this.context.stage;
    const { memo } = shown;
    const { sourceType, integrations } = shown.view.picker!;
    if (!integrations.length) {
      return <Message back icon={laterPaths.search} title={words("noneTitle")} body={words("noneBody", { client: shown.view.client.name })} />;
    }

    const query = this.state.query ?? memo.query ?? "";
    const wanted = this.state.chosen ?? memo.chosen;
    const matches = search(integrations, query);
    // A choice that the search hides must not be sent by accident.
    const choice = matches.find((match) => match.tile.key === wanted)?.tile.key;
    const title = words(titles[sourceType]);
    const { nudge } = this.state;
    return (
      <form
        class="form"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          if (choice) journey.act({ action: "choose", integrationKey: choice }, "next");
          else this.setState({ nudge: true });
        }}
      >
        <Frame back actions={<Button name="next" submit disabled={!choice}>{words("next")}</Button>}>
          <div class="intro"><Heading>{title}</Heading></div>
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
                  />
                ))}
              </fieldset>
            )
            : (
              <div class="no-match">
                <h2>{words("noMatchTitle", { query: query.trim() })}</h2>
                <p class="minor">{words("noMatchBody")}</p>
              </div>
            )}
          <p class="nudge" role="status">{nudge ? words("chooseFirst") : ""}</p>
        </Frame>
      </form>
    );
  }
}
