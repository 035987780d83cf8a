// The way back after a change of settings: the server keeps how they were.

import { ApiError } from "../../api.ts";
import { wordsNow } from "../../i18n.ts";
import { words } from "./former-words.ts";
import { restore } from "./shared.ts";

/** Takes back the change that replaced a version. Where somebody has made a newer one, it says so and does nothing. */
export async function takeBack<T>(version: string): Promise<T> {
  try {
    return await restore<T>(version);
  } catch (thrown) {
    if (!(thrown instanceof ApiError) || thrown.status !== 412) throw thrown;
    throw new ApiError(412, wordsNow(words).newer);
  }
}
