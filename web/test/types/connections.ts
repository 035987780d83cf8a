// The Connections SDK accepts what its public contract names (link.md 3.1), no more and no less.
// The types package that the other tests compare with does not have this component yet.

import * as ours from "../../packages/link/src/connections.ts";

/** Only the token is required. */
export const least: ours.CodatConnectionsProps = { accessToken: "t" };

export const all: Required<ours.ConnectionsProps> = {
  accessToken: "t",
  onClose: () => undefined,
  onError: ({ correlationId, message, errorCode, userRecoverable }) => {
    const told: [string | undefined, string | undefined, number | undefined, boolean] = [correlationId, message, errorCode, userRecoverable];
    void told;
  },
  onDisconnect: ({ connectionId }: { connectionId: string }) => void connectionId,
  onReconnect: ({ connectionId }: { connectionId: string }) => void connectionId,
  options: {
    text: { "accounting.connectionDetails.dataTypes": ["x"], "banking.connectionDetails.dataTypes": [], "commerce.connectionDetails.dataTypes": ["*y*"] },
    nonce: "n",
  },
};

// @ts-expect-error the token is missing
export const none: ours.ConnectionsProps = {};
// @ts-expect-error the token names the company
export const company: ours.ConnectionsProps = { accessToken: "t", companyId: "x" };
// @ts-expect-error only lists of data can be replaced
export const text: ours.ConnectionsOptions = { text: { "main.title": "x" } };

export const helper: (target: HTMLElement, props: ours.ConnectionsProps) => Promise<void> = ours.initCodatConnections;
