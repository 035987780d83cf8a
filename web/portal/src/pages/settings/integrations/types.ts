// What the integration endpoints answer, as far as these pages show it.

export interface Overview {
  key: string;
  name: string;
  logoUrl: string;
  sourceType: string;
  offered: boolean;
  enabled: boolean;
  order: number;
  hasCredentials: boolean;
  isSandbox: boolean;
  isBeta: boolean;
  missing: string[] | null;
  version: number;
  connections: number;
  linked: number;
}

export interface Setup {
  key: string;
  offered: boolean;
  enabled?: boolean;
  order?: number;
  sandbox?: boolean;
  scopes?: string[];
  defaults: { enabled: boolean; order: number; sandbox: boolean; scopes: string[] | null };
  clients: Record<string, { clientId: string; hasSecret: boolean; hasPrivateKey: boolean }>;
  values: Record<string, string | { set: boolean }>;
  missing: string[] | null;
  redirectUri?: string;
  version: number;
}

export interface Guide {
  name: string;
  console?: string;
  steps: string[] | null;
  redirectUri?: string;
  noticeUrl?: string;
  notices?: string;
  scopes: string[] | null;
  review?: string;
  fields: GuideField[] | null;
  options?: { value: string; label: string }[];
}

export interface GuideField {
  name: string;
  label: string;
  help?: string;
  secret: boolean;
  optional: boolean;
}

export interface Trial {
  id: string;
  status: "waiting" | "done" | "failed";
  steps: { name: string; outcome: "ok" | "failed" | "skipped"; detail?: string }[] | null;
  hops: Hop[] | null;
  dropped?: number;
}

export interface Hop {
  at: string;
  milliseconds: number;
  kind?: string;
  method: string;
  url: string;
  requestHeaders?: { name: string; value: string }[];
  requestBody?: string;
  status?: number;
  responseHeaders?: { name: string; value: string }[];
  responseBody?: string;
  error?: string;
}

/** The choices of a setup, to be sent back with a change: what is left out falls back to the file. */
export function choices({ enabled, order, sandbox, scopes, version }: Setup): Record<string, unknown> {
  return { ...(enabled !== undefined && { enabled }), ...(order !== undefined && { order }), ...(sandbox !== undefined && { sandbox }), ...(scopes && { scopes }), version };
}
