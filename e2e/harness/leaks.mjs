// Looking for secrets where they must not be, however they are spelt.

/**
 * The base64 of a text that stands in the middle of other text, as in a header
 * with a name before the secret: one spelling for each of the three alignments.
 */
function inBase64(value) {
  return [0, 1, 2].map((before) => {
    const encoded = Buffer.from("x".repeat(before) + value).toString("base64");
    const bits = Buffer.byteLength(value) + before;
    // Characters that also depend on what is around the text do not count.
    return encoded.slice(Math.ceil((before * 8) / 6), Math.floor((bits * 8) / 6));
  });
}

function spellings(value) {
  const inner = inBase64(value);
  return [
    value, encodeURIComponent(value), Buffer.from(value).toString("hex"),
    ...inner, ...inner.map((text) => text.replaceAll("+", "-").replaceAll("/", "_")),
  ];
}

/** Which of the secrets, each { kind, value }, are in which of the places, each name → text or bytes. */
export function leaks(secrets, places) {
  const found = [];
  for (const { kind, value } of secrets) {
    for (const [place, bytes] of Object.entries(places)) {
      if (spellings(value).some((text) => bytes.includes(text))) found.push(`${kind} in ${place}`);
    }
  }
  return found;
}
