// The page's words, as the server gives them in one language.

const KEPT = "prohodnaya.language";
const BOOK = "prohodnaya.words";
let book = {};
export let language = "ru";

export async function load(wanted = localStorage.getItem(KEPT) ?? "") {
  const given = await fresh(wanted);
  book = given.words;
  language = given.language;
  document.documentElement.lang = language;
  document.title = t("title");
}

// A phone without a network that opens the page again has the words of last time.
async function fresh(wanted) {
  try {
    const answer = await fetch(`api/words?lang=${encodeURIComponent(wanted)}`);
    const given = await answer.json();
    localStorage.setItem(BOOK, JSON.stringify(given));
    return given;
  } catch (error) {
    const kept = localStorage.getItem(BOOK);
    if (kept === null) throw error;
    return JSON.parse(kept);
  }
}

export async function choose(wanted) {
  await load(wanted);
  localStorage.setItem(KEPT, wanted);
}

export function t(key, values = {}) {
  return (book[key] ?? key).replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
}

export function languageName(code) {
  try {
    return new Intl.DisplayNames([language], { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}
