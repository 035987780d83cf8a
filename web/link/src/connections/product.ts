// What an embedding has to know of the Connections SDK (link.md 3.1), where Link has
// embed/product.ts.

import type { View } from "@bowline/ui/view.ts";
import type { About, Props } from "../embed/site.ts";

export const title = "Bowline Connections:";

/** The token names the company. */
export const about = (): About => ({ label: "manageOpen", path: "/sdk/connections/journey", memory: "bowline.connections" });

/** With an empty list behind them come the words that the label is one of. */
export const ends: Partial<View> = { manage: { title: "", subtitle: "", connections: [], canConnect: false, canFinish: false } };

export function wanting({ accessToken }: Props): string | undefined {
  return typeof accessToken === "string" ? undefined : "accessToken is no text";
}
