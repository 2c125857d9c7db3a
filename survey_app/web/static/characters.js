// How characters are counted and kept: the same rule as survey_app/core/characters.py.

// U+0000 cannot be stored, and half of a surrogate pair is no character in any encoding.
const UNSTORABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g;

/** The text as it is kept: line breaks are "\n"; what cannot be stored is U+FFFD. */
export function tidy(text) {
  return text.replace(/\r\n?/g, "\n").replace(UNSTORABLE, "\ufffd");
}

/** Characters as the authority's limit is read: Unicode code points after NFC. */
export function countCharacters(text) {
  let count = 0;
  for (const _ of tidy(text).normalize("NFC")) count += 1;
  return count;
}

/** The text within the limit and the excess, cut between code points after NFC. */
export function splitAtLimit(text, limit) {
  const points = [...tidy(text).normalize("NFC")];
  return [points.slice(0, limit).join(""), points.slice(limit).join("")];
}
