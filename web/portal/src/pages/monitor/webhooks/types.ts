// What the webhook endpoints answer, as far as these pages show it.

import type { Tone } from "../../../kit/index.ts";

export interface Consumer {
  id: string;
  url: string;
  eventTypes: string[];
  disabled: boolean;
  companyTags?: string[];
  companyId?: string;
  signingSecret?: string;
  disabledReason?: string;
  failingSince?: string;
  headerNames?: string[];
  rateLimit?: number;
  clientCertificate?: { subject: string; fingerprint: string; expires: string };
  transformation?: { enabled: boolean };
  created: string;
  updated: string;
  version: number;
}

export interface EventType {
  eventType: string;
  description: string;
  recorded: boolean;
  schema: Record<string, unknown>;
  sample: Record<string, unknown>;
}

export type MessageStatus = "Sending" | "Attempting" | "Success" | "Failure";

export interface Message {
  id: string;
  webhookId: string;
  eventId: string;
  eventType: string;
  companyId?: string;
  /** Of one that is still there. */
  companyName?: string;
  status: MessageStatus;
  attempts: number;
  generatedDate: string;
  created: string;
  nextAttempt?: string;
}

export type AttemptKind = "Scheduled" | "Resent" | "Recovered" | "Replayed" | "Example";

export interface Attempt {
  id: string;
  kind: AttemptKind;
  url: string;
  at: string;
  milliseconds: number;
  success: boolean;
  statusCode?: number;
  error?: string;
  responseBody?: string;
}

export interface Header {
  name: string;
  value?: string;
  /** An operator chose the value: nobody is shown it again. */
  hidden?: boolean;
}

export interface SentRequest {
  method: string;
  url: string;
  headers: Header[];
  body: string;
  bodyLength: number;
  bodyCut?: boolean;
  transformed?: boolean;
  /** The consumer was changed since: its own headers are those of now. */
  doubtful?: boolean;
}

/** An attempt with what was sent and what came back. */
export interface AttemptDetails extends Attempt {
  request?: SentRequest;
  response?: { statusCode: number; headers: Header[]; body?: string };
  /** From before Bowline kept what it sent. */
  unrecorded?: boolean;
}

/** What the actions on many messages answer. `since`: there is more, to be asked for with it. */
export interface Sent {
  messages: number;
  messageId?: string;
  since?: string;
}

export const tones: Record<MessageStatus, Tone> = { Sending: "info", Attempting: "warn", Success: "good", Failure: "bad" };

/** An address without what may be a secret in it. */
export const withoutQuery = (url: string): string => url.replace(/[?#].*$/s, "");

/** The part of an address that tells one consumer from another. */
export function shortUrl(url: string): string {
  return url.replace(/^https?:\/\//, "").replace(/\/$/, "");
}
