import type { VNode } from "preact";
import type { Action, Tile } from "@bowline/ui/view.ts";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { pickPaths } from "@bowline/ui/icons-pick.ts";
import type { Word } from "@bowline/ui/words/words.ts";
import type { OnStage, Stage } from "../context.ts";
import { Choice } from "../parts/choice.tsx";
import { Button, Frame, Intro } from "../parts/frame.tsx";
import { Logo } from "../parts/logo.tsx";
import { Notice } from "../parts/notice.tsx";
import { onPhone } from "../parts/phone.ts";
import { HandOverWay, Ways } from "../parts/ways.tsx";
import type { Match, Piece } from "../search.ts";

/** The rows with these letters in them. Stands in for search.ts until that is there. */
function sift(tiles: Tile[], query: string): Match[] {
  const whole = (text: string) => [{ text, hit: false }];
  return tiles
    .filter(({ name, provider }) => [name, provider].join("\n").toLowerCase().includes(query.trim().toLowerCase()))
    .map((tile) => ({ tile, name: whole(tile.name), provider: tile.provider ? whole(tile.provider) : undefined }));
}

/** What a phone has to do with a row, in short; with "Why" behind it, in full. */
const devices = {
  desktop: "deviceDesktop",
  package: "devicePackage",
  large: "deviceLarge",
} as const satisfies Record<NonNullable<Tile["device"]>, Word>;

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
        {tile.device && onPhone() && <span class="minor iconed"><Icon path={pickPaths.computer} />{words(devices[tile.device])}</span>}
      </span>
    </Choice>
  );
}

/** What the list remembers of itself; all of it but the nudge survives the way back. */
interface Notes {
  query?: string;
  chosen?: string;
  /** Said once, after somebody wanted to go on without a choice. */
  nudge?: string;
  /** "Someone else has the sign-in" came first: the row that follows is for them. */
  handing?: string;
}

const said = { nudge: "", handing: "" };

/** Remembers what is new. */
function note({ shown, journey }: Stage, notes: Notes): void {
  const memo: Notes = shown.memo;
  const change = Object.fromEntries(Object.entries(notes).filter(([name, value]) => (memo[name as keyof Notes] ?? "") !== value));
  if (Object.keys(change).length) journey.remember(change);
}

/** Leaves the list. What was asked for on the way out is over then. */
function leave(stage: Stage, action: Action, key: string, notes?: Notes): void {
  note(stage, { ...said, ...notes });
  stage.journey.act(action, key);
}

/** Chooses the row of a radio button, as keys do. */
function step(stage: Stage, radio: HTMLInputElement | undefined): void {
  if (!radio) return;
  radio.focus();
  note(stage, { chosen: radio.value, nudge: "" });
}

/** The rows around an event. */
function radios({ currentTarget }: Event): HTMLInputElement[] {
  return [...(currentTarget as Element).closest("form")!.querySelectorAll<HTMLInputElement>("[type=radio]")];
}

function SearchBox({ query, choice }: { query: string; choice?: string }, { stage }: OnStage): VNode {
  const { words } = stage;
  const type = (text: string) => note(stage, { query: text, nudge: "" });
  return (
    <div class="search">
      <Icon path={pickPaths.search} />
      <input
        type="search"
        aria-label={words("search")}
        placeholder={words("search")}
        value={query}
        autoComplete="off"
        autoCapitalize="off"
        spellcheck={false}
        enterKeyHint="search"
        data-key="search"
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={(event) => {
          // Arrows and Enter lead into the list; Enter never sends a row unseen.
          if (event.key === "Escape" && query) type("");
          else if (event.key === "ArrowDown" || (event.key === "Enter" && !choice)) {
            const rows = radios(event);
            step(stage, rows.find((radio) => radio.checked) ?? rows[0]);
          } else return;
          event.preventDefault();
        }}
      />
      {query && (
        <button
          type="button"
          class="round"
          aria-label={words("clearSearch")}
          title={words("clearSearch")}
          onClick={(event) => {
            event.currentTarget.parentElement!.querySelector("input")!.focus();
            type("");
          }}
        >
          <Icon path={pickPaths.clear} />
        </button>
      )}
    </div>
  );
}

/** The way on: to the consent, or on a phone where that leads nowhere, to a computer. */
function On({ choice }: { choice?: Tile }, { stage }: OnStage): VNode {
  const { words, shown } = stage;
  const device = onPhone() ? choice?.device : undefined;
  const stuck = device === "desktop";
  return (
    <>
      <p class="nudge" role="status">{shown.memo.nudge && words("chooseFirst")}</p>
      {device && <Notice icon={pickPaths.computer} kind="warn"><p>{words(`${devices[device]}Why`, { name: choice!.name })}</p></Notice>}
      {!stuck && <Button name="next" submit disabled={!choice}>{words("next")}</Button>}
      {device && (
        <Button
          name="device"
          kind={stuck ? "solid" : "outline"}
          submit={stuck}
          onClick={() => leave(stage, { action: "device", integrationKey: choice!.key }, "device")}
        >
          {words("onComputer")}
        </Button>
      )}
    </>
  );
}

function NotListed({ kind, icon }: { kind: "quiet" | "outline"; icon?: string }, { stage }: OnStage): VNode {
  const { sourceType } = stage.shown.view.picker!;
  return (
    <Button name="notListed" kind={kind} icon={icon} onClick={() => leave(stage, { action: "notListed", sourceType }, "notListed")}>
      {stage.words("notListed")}
    </Button>
  );
}

function OtherWays({ choice, notListed }: { choice?: string; notListed: boolean }, { stage }: OnStage): VNode {
  const { integrations, canHandOver } = stage.shown.view.picker!;
  return (
    <Ways>
      {notListed && <NotListed kind="quiet" icon={paths.question} />}
      {canHandOver && integrations.length > 0 && (
        <HandOverWay
          onClick={() => {
            if (choice) leave(stage, { action: "handOver", integrationKey: choice }, "handOver");
            else note(stage, { handing: "yes", nudge: "yes" });
          }}
        />
      )}
      <Button
        name="otherDevice"
        kind="quiet"
        icon={pickPaths.phone}
        onClick={() => leave(stage, { action: "device", integrationKey: choice }, "otherDevice")}
      >
        {stage.words("otherDevice")}
      </Button>
    </Ways>
  );
}

/** Takes a row to the consent; to that for somebody else's sign-in where they were asked for first. */
function goOn(stage: Stage, chosen: string): void {
  const action = stage.shown.memo.handing ? "handOver" : "choose";
  leave(stage, { action, integrationKey: chosen }, action === "choose" ? "next" : action, { chosen });
}

/** Nothing matches: another spelling, or software that is not on offer. */
function NoMatch({ query }: { query: string }, { stage }: OnStage): VNode {
  const { words } = stage;
  return (
    <div class="no-match">
      <h2>{words("noMatchTitle", { query })}</h2>
      <p class="minor">{words("noMatchBody")}</p>
      <div class="pair">
        <Button name="clear" kind="outline" onClick={() => note(stage, { query: "", nudge: "" })}>{words("clearSearch")}</Button>
        <NotListed kind="outline" />
      </div>
    </div>
  );
}

function Rows({ matches, choice, title }: { matches: Match[]; choice?: string; title: string }, { stage }: OnStage): VNode {
  /** A row that was clicked or tapped leads on by itself, unless there is something to read about it first. */
  const pick = ({ key, device }: Tile) => {
    if (device && onPhone()) return note(stage, { chosen: key, nudge: "" });
    goOn(stage, key);
  };
  return (
    <fieldset
      class="rows"
      onKeyDown={(event) => {
        if (event.key !== "Home" && event.key !== "End") return;
        event.preventDefault();
        step(stage, radios(event).at(event.key === "Home" ? 0 : -1));
      }}
    >
      <legend class="vh">{title}</legend>
      {matches.map((match) => (
        <Row
          key={match.tile.key}
          match={match}
          chosen={match.tile.key === choice}
          onChoose={() => note(stage, { chosen: match.tile.key, nudge: "" })}
          onPick={() => pick(match.tile)}
        />
      ))}
    </fieldset>
  );
}

/**
 * Choosing the software: a search box over a group of radio buttons. It keeps nothing
 * itself: what it remembers is the journey's, so choice and search survive the way back
 * and the coming of Preact.
 */
export function Picker(_: object, { stage }: OnStage): VNode {
  const { shown, words, aids } = stage;
  const { sourceType, integrations, preselected } = shown.view.picker!;
  if (!integrations.length) {
    const { Message } = aids!; // supply.ts sees to it
    return (
      <Message back icon={pickPaths.search} title={words("noneTitle")} body={words("noneBody", { client: shown.view.client.name })}>
        <OtherWays notListed />
      </Message>
    );
  }

  const { query = "", chosen = preselected }: Notes = shown.memo;
  const matches = (aids?.search ?? sift)(integrations, query);
  // A choice that the search hides must not be sent by accident.
  const tile = matches.find((match) => match.tile.key === chosen)?.tile;
  const choice = tile?.key;
  const title = words(`pick${sourceType}`);
  return (
    <form
      class="form"
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        if (tile?.device === "desktop" && onPhone()) return;
        if (choice) goOn(stage, choice);
        else note(stage, { nudge: "yes" });
      }}
    >
      <Frame back actions={<On choice={tile} />}>
        <Intro title={title}>{words("pickHint")}</Intro>
        <SearchBox query={query} choice={choice} />
        <p class="vh" role="status">{query.trim() && words("results", { count: matches.length })}</p>
        {matches.length > 0 ? <Rows matches={matches} choice={choice} title={title} /> : <NoMatch query={query.trim()} />}
        <OtherWays choice={choice} notListed={matches.length > 0} />
      </Frame>
    </form>
  );
}
