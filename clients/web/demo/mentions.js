// Mentions: what is being typed after an "@", who may be meant, and who is named in a text.

/** What names everyone after an "@", in each language of the page. */
export const EVERYONE = ["all", "所有人"];

/**
 * Return the "@…" in which the caret stands, null if there is none.
 * @param {string} text
 * @param {number} caret
 */
export function typedMention(text, caret) {
  const found = /(?:^|\s)@([^\s:#@]*)$/.exec(text.slice(0, caret));
  if (!found) return null;
  const query = found[1] ?? "";
  return { start: caret - query.length - 1, query };
}

/**
 * Return those who may be meant, in their order; those who begin alike first.
 * @param {readonly string[]} people
 * @param {string} query
 */
export function meant(people, query) {
  const wanted = query.toLowerCase();
  const begins = people.filter((uid) => uid.toLowerCase().startsWith(wanted));
  const has = people.filter((uid) => !begins.includes(uid) && uid.toLowerCase().includes(wanted));
  return [...begins, ...has];
}

/**
 * Return who is named in a text with an "@" before the name. Of "@ann-lee", ann is not named.
 * @param {string} text
 * @param {readonly string[]} people
 */
export function named(text, people) {
  const words = new Set(
    text
      .split(/\s+/)
      .filter((word) => word.startsWith("@"))
      // What ends a sentence may stand behind a name, and may be the end of one.
      .flatMap((word) => [word.slice(1), word.slice(1).replace(/[.,;!?)，。！？；]+$/, "")]),
  );
  return people.filter((uid) => words.has(uid));
}
