import type { VNode } from "preact";
import type { CardAction, LinkedAccount, SourceType, TypeCard } from "@bowline/ui/view.ts";
import { Icon, paths } from "@bowline/ui/icons.tsx";
import { listPaths } from "@bowline/ui/icons-list.ts";
import type { Word } from "@bowline/ui/words/words.ts";
import type { OnStage } from "../context.ts";
import { Button, Frame, Heading, Intro } from "../parts/frame.tsx";
import { Logo } from "../parts/logo.tsx";
import { Ways } from "../parts/ways.tsx";

const types: Record<SourceType, { icon: string; name: Word; about: Word }> = {
  Accounting: { icon: listPaths.accounting, name: "accounting", about: "accountingAbout" },
  Banking: { icon: listPaths.banking, name: "banking", about: "bankingAbout" },
  Commerce: { icon: listPaths.commerce, name: "commerce", about: "commerceAbout" },
};

const states: Partial<Record<TypeCard["state"], { icon: string; word: Word }>> = {
  pending: { icon: listPaths.clock, word: "statePending" },
  linked: { icon: paths.check, word: "stateLinked" },
  lost: { icon: listPaths.alert, word: "stateLost" },
  shareable: { icon: paths.knot, word: "stateShareable" },
};

/** Statuses that an action on one connection is about. */
const concerns: Record<"resume" | "reconnect", readonly string[]> = {
  resume: ["PendingAuth"],
  reconnect: ["Deauthorized", "Unlinked"],
};

/** The connection that "resume" or "reconnect" is about: the latest in that state. */
export function concerned(card: TypeCard, action: "resume" | "reconnect"): LinkedAccount | undefined {
  return card.connections.findLast((c) => concerns[action].includes(c.status)) ?? card.connections.at(-1);
}

function CardButton(props: { card: TypeCard; action: CardAction; solid: boolean }, { stage }: OnStage): VNode | null {
  const { words, journey } = stage;
  const { card, action } = props;
  const name = `${action}-${card.sourceType}`;
  const one = action === "resume" || action === "reconnect" ? concerned(card, action) : undefined;
  if ((action === "resume" || action === "reconnect") && !one) return null;
  const label: Word = action === "connect" && card.state !== "empty" ? "connectOther" : action;
  return (
    <Button
      name={name}
      kind={props.solid ? "solid" : "outline"}
      onClick={() => journey.act(
        one
          ? { action: action as "resume" | "reconnect", connectionId: one.id }
          : { action: action as "connect" | "replace" | "addAnother" | "share", sourceType: card.sourceType },
        name,
      )}
    >
      {words(label)}
      <span class="vh">{" "}{one ? one.name : words(types[card.sourceType].name)}</span>
    </Button>
  );
}

function Account(props: { account: LinkedAccount }): VNode {
  const { account } = props;
  return (
    <li class="account">
      <Logo of={account} size="small" />
      <span class="names">
        <span>{account.name}</span>
        {account.tenantName && <span class="minor">{account.tenantName}</span>}
      </span>
    </li>
  );
}

function Card(props: { card: TypeCard }, { stage }: OnStage): VNode {
  const { words } = stage;
  const { card } = props;
  const type = types[card.sourceType];
  const state = states[card.state];
  const linked = card.connections.filter((c) => c.status === "Linked").length;
  // Only what still needs doing is painted solid; what is done stays quiet.
  const urgent = card.state === "empty" ? card.required : card.state !== "linked";
  return (
    <li class={`type ${card.state}`}>
      <div class="type-head">
        <span class="plate"><Icon path={type.icon} /></span>
        <div class="type-words">
          <h2>{words(type.name)}</h2>
          {state
            ? (
              <span class={`pill ${card.state}`}>
                <Icon path={state.icon} />
                {card.state === "linked" && linked > 1 ? words("connectedCount", { count: linked }) : words(state.word)}
              </span>
            )
            : <span class={card.required ? "pill required" : "pill"}>{words(card.required ? "required" : "optional")}</span>}
        </div>
      </div>
      {card.connections.length > 0
        ? <ul class="accounts">{card.connections.map((account) => <Account key={account.id} account={account} />)}</ul>
        : <p class="minor">{words(type.about)}</p>}
      {card.recommend && <p class="minor"><span class="pill required">{words("recommended")}</span> {words("recommendWhy")}</p>}
      {card.actions.length > 0 && (
        <div class="type-actions">
          {card.actions.map((action, n) => <CardButton key={action} card={card} action={action} solid={urgent && n === 0} />)}
        </div>
      )}
    </li>
  );
}

/** The list of source types: any order, any number of visits. */
export function Main(_: object, { stage }: OnStage): VNode {
  const { shown, words, journey, aids } = stage;
  const { client, company, main } = shown.view;
  const { title, subtitle } = main!;
  const names = { client: client.name, company: company.name };
  const newTab = words("newTab");
  if (!main!.types.length) {
    return (
      <Frame calm>
        <span class="plate huge"><Icon path={listPaths.clock} /></span>
        <Intro title={words("nothingTitle")}>{words("nothingBody", names)}</Intro>
      </Frame>
    );
  }
  return (
    <Frame
      actions={main!.canFinish && (
        <Button name="finish" icon={paths.check} onClick={() => journey.act({ action: "finish" }, "finish")}>
          {words("complete")}
        </Button>
      )}
    >
      <div class="intro">
        {/* Only what the client wrote is Markdown; a name in our own sentence never is. A screen
            whose title was taken away still has a name for whoever cannot see it. */}
        <Heading class={title === "" ? "vh" : undefined}>
          {title ? aids ? <aids.InlineText text={title} newTab={newTab} /> : title : words("mainTitle", names)}
        </Heading>
        {subtitle
          ? <div class="lead">{aids ? <aids.RichText text={subtitle} newTab={newTab} /> : <p>{subtitle}</p>}</div>
          : subtitle === undefined && <p class="lead">{words("mainSubtitle", names)}</p>}
      </div>
      <ul class="types">{main!.types.map((card) => <Card key={card.sourceType} card={card} />)}</ul>
      {main!.canManage && (
        <Ways>
          <Button name="manage" kind="quiet" icon={listPaths.accounts} onClick={() => journey.act({ action: "manage" }, "manage")}>{words("manageOpen")}</Button>
        </Ways>
      )}
      <p class="promise"><Icon path={listPaths.lock} /><span>{words("mainPromise", names)}</span></p>
    </Frame>
  );
}
