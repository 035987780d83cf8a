// The way back after a change of settings: the server keeps how they were.

import { api, ApiError } from "../../api.ts";
import { wordsNow } from "../../i18n.ts";
import { words } from "./former-words.ts";
import { listChanges, restore, type SettingsKind } from "./shared.ts";

/** Restores the settings of a kind as they were before the latest change, whoever made it, and returns all that the server says then. */
export async function restoreFormer<T>(kind: SettingsKind): Promise<T | undefined> {
  const [latest] = await listChanges(kind);
  return latest && api.post<T>(`/settings/history/${latest.id}/restore`);
}

/** Takes back the change that replaced a version. Where somebody has made a newer one, it says so and does nothing. */
export async function takeBack<T>(version: string): Promise<T> {
  try {
    return await restore<T>(version);
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.status !== 412) throw thrown;
    throw new ApiError(412, wordsNow(words).newer);
  }
}
