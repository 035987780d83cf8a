// The screens that most journeys never show. They are built from the parts of the
// later ones and need their style sheet too.

import "../first.ts";
import "../shared.ts";
import { Closed } from "./Closed.tsx";
import { Credentials } from "./Credentials.tsx";
import { Device } from "./Device.tsx";
import { Expired, NotFound } from "./Ended.tsx";
import { Gate } from "./Gate.tsx";
import { Guide } from "./Guide.tsx";
import { HandOver } from "./HandOver.tsx";
import { Helper } from "./Helper.tsx";
import { Invite } from "./Invite.tsx";
import { Landing } from "./Landing.tsx";
import { NotListed } from "./NotListed.tsx";
import { Share, Shared } from "./Share.tsx";

export { default as css } from "./rare.css?text";

/** The screens by the step that they draw. */
export const screens = {
  gate: Gate,
  invite: Invite,
  landing: Landing,
  notListed: NotListed,
  guide: Guide,
  credentials: Credentials,
  closed: Closed,
  share: Share,
  shared: Shared,
  handover: HandOver,
  device: Device,
  helper: Helper,
  expired: Expired,
  notFound: NotFound,
};
