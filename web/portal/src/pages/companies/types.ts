// What the company endpoints answer, as far as these pages show it.

import type { Tone } from "../../kit/index.ts";

export type CompanyStatus = "NoConnections" | "Linked" | "Pending" | "Deauthorized" | "Unlinked" | "Partial";
export const companyStatuses: readonly CompanyStatus[] = ["Linked", "Partial", "Pending", "Deauthorized", "Unlinked", "NoConnections"];
export const companyTones: Record<CompanyStatus, Tone> = {
  Linked: "good", Partial: "warn", Pending: "info", Deauthorized: "bad", Unlinked: "neutral", NoConnections: "neutral",
};

export type Status = "PendingAuth" | "Linked" | "Unlinked" | "Deauthorized";
/** Amber for what was lost, as in the table of link.md 5.8. */
export const tones: Record<Status, Tone> = { PendingAuth: "info", Linked: "good", Unlinked: "neutral", Deauthorized: "warn" };

/** What a company can be enabled for (product.go); these are names, and the same in every language. */
export const products: Record<string, string> = {
  "assess": "Assess", "bank-feeds": "Bank Feeds", "expenses": "Expenses", "lending": "Lending", "payables": "Payables", "payroll": "Payroll", "spend-insights": "Spend Insights",
};
export const productNames = (ids: readonly string[] | null | undefined): string => (ids ?? []).map((id) => products[id] ?? id).join(", ");

export interface Named {
  id: string;
  name: string;
}

export interface Platform {
  connectionId: string;
  integrationKey: string;
  name: string;
  sourceType: string;
  status: Status;
}

/** A company as the directory lists it. */
export interface Row {
  id: string;
  name: string;
  description: string;
  created: string;
  createdBy: string;
  lastSync: string | null;
  status: CompanyStatus;
  statuses: CompanyStatus[];
  platforms: Platform[];
  platformCount: number;
  subsidiaries: number;
  parent: Named | null;
  tags: Record<string, string> | null;
  products: string[] | null;
  owners: Named[] | null;
  redirect: string;
  match?: string[];
}

export interface Counts {
  total: number;
  byStatus: Partial<Record<CompanyStatus, number>>;
  building: boolean;
  /** Where new companies name themselves; empty where one-time links are on. */
  invite: string;
}

export interface Connection {
  id: string;
  integrationKey: string;
  sourceType: string;
  platformName: string;
  linkUrl: string;
  status: Status;
  lastSync?: string;
  created: string;
  dataConnectionErrors?: { statusCode: string; statusText: string; errorMessage: string; erroredOnUtc: string; status?: string }[];
}

export interface Company {
  id: string;
  name: string;
  description?: string;
  redirect: string;
  lastSync?: string;
  created: string;
  createdByUserName?: string;
  products: string[];
  tags?: Record<string, string>;
  referenceParentCompany?: { id?: string; name?: string };
  referenceSubsidiaryCompanies: { id?: string; name?: string }[];
  ownerUserIds: string[] | null;
  dataConnections: Connection[] | null;
}

/** Fresh links; where one-time links are on, each works once. */
export interface Links {
  hosted: string;
  connections: { connectionId: string; url: string }[];
}

/** Errors of a connection that still stand. */
export const standing = (connection: Connection) => (connection.dataConnectionErrors ?? []).filter(({ status }) => status !== "Resolved");
