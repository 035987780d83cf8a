// The way back after a change of settings: the server keeps how they were.

import { api } from "../../api.ts";

export type SettingsKind = "link" | "branding" | "profile" | "origins" | "deprecations";

interface Change {
  id: string;
}

/** Restores the settings of a kind as they were before the latest change, and returns all that the server says then. */
export async function restoreFormer<T>(kind: SettingsKind): Promise<T | undefined> {
  const { results } = await api.get<{ results: Change[] }>("/settings/history", { query: { kind } });
  return results[0] && api.post<T>(`/settings/history/${results[0].id}/restore`);
}
