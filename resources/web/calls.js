// The roll-call of a tour, its result, and the search in an alarm.  A tap marks, the same tap again takes it back.

import { Rows, el, say } from "./dom.js";
import { called, counted, heads, isFound, sought } from "./model.js";
import { flags, nameOf, tourHead } from "./tours.js";
import { t } from "./words.js";

// A row of two buttons: the name itself (yes), and a smaller one (no).  `of` says what they are called and do.
function markRow(link, of) {
  return () => {
    const yes = el(
      "button",
      { class: "yes", type: "button", onclick: () => tap(row, of.yes) },
      el("span", { class: "tick", "aria-hidden": "true" }),
      el("span", { class: "who" }, el("b", { dir: "auto" }), el("span", { class: "flags" }), el("span", { class: "state" })),
    );
    const no = el("button", { class: "no", type: "button", onclick: () => tap(row, of.no) }, of.noText());
    const row = el("li", { class: "mark" }, yes, no);
    return row;
  };

  function tap(row, mark) {
    const { person, tour } = row;
    const now = person[of.field];
    if (now?.mark === mark) link.mark({ do: "undo", tour, voids: now.id });
    else link.mark({ do: "mark", tour, subject: person.id, mark });
    navigator.vibrate?.(15);
  }
}

function updateMark(row, person, of) {
  row.person = person;
  row.tour = person.tour;
  const mark = person[of.field];
  const yes = mark?.mark === of.yes || (of.field === "muster" && isFound(person));
  const no = mark?.mark === of.no;
  row.dataset.mark = yes ? "yes" : no ? "no" : "";
  const overdue = of.field === "muster" && person.overdue && !yes;
  row.classList.toggle("late", overdue);
  say(row.querySelector("b"), nameOf(person));
  say(row.querySelector(".flags"), flags(person));
  const late = overdue ? t("overdue") : "";
  const state = no ? of.noWord() : late; // a yes is the tick, the frame and the ground: no third line for each of 25
  const pending = mark?.pending || person.pending ? t("pending") : "";
  say(row.querySelector(".state"), [state, pending].filter(Boolean).join(", "));
  const [main, other] = row.querySelectorAll("button");
  const said = [flags(person), late].filter(Boolean).join(", ");
  main.setAttribute("aria-pressed", String(yes));
  main.setAttribute("aria-label", [t(of.yesLabel, { name: nameOf(person) }), said].filter(Boolean).join(", "));
  other.setAttribute("aria-pressed", String(no));
  other.setAttribute("aria-label", t(of.noLabel, { name: nameOf(person) }));
}

const CALL = {
  field: "call", yes: "present", no: "not_found", yesLabel: "mark_here", noLabel: "mark_absent",
  noWord: () => t("absent"), noText: () => t("absent_button"),
};
const MUSTER = {
  field: "muster", yes: "found", no: "not_found", yesLabel: "mark_found", noLabel: "mark_not_found",
  noWord: () => t("state_not_found"), noText: () => t("absent_button"),
};

export function callPage(link, id) {
  const head = tourHead(id, `#t/${encodeURIComponent(id)}`, t("list"));
  const hint = el("p", { class: "hint" });
  const none = el("p", { class: "card" }, t("call_none"));
  const list = el("ul", { class: "people marks" });
  const sum = el("b");
  const left = el("span");
  const count = el("p", { class: "sum", role: "status" }, sum, " ", left);
  const result = el("a", { class: "button primary", href: `#s/${encodeURIComponent(id)}` }, t("summary"));
  let onlyOpen = false;
  let shown = null;
  const filter = el("button", { class: "plain", type: "button", "aria-pressed": "false", onclick: () => {
    onlyOpen = !onlyOpen;
    filter.setAttribute("aria-pressed", String(onlyOpen));
    if (shown) update(shown);
  } }, t("only_open"));
  const rows = new Rows(list, markRow(link, CALL), (row, person) => updateMark(row, person, CALL));

  function update(board) {
    shown = board;
    const tour = board.tours.find((one) => one.id === id);
    if (!tour) return;
    head.update(tour);
    const people = called(tour).map((person) => ({ ...person, tour: id }));
    const { due, here, open } = counted(people);
    say(hint, [tour.began ? t("call_began", { time: tour.began }) : "", t("call_hint")].filter(Boolean).join(". "));
    rows.show(onlyOpen ? people.filter((person) => !person.call) : people);
    none.hidden = people.length > 0;
    say(sum, t("call_of", { here, due }));
    say(left, open.length ? t("call_rest", { count: heads(open) }) : "");
  }

  const bar = el("div", { class: "bar" }, count, result);
  return { node: el("div", {}, head.node, hint, filter, none, list, bar), update };
}

export function summaryPage(link, id) {
  const head = tourHead(id, `#c/${encodeURIComponent(id)}`, t("summary_more"));
  const big = el("p", { class: "result", role: "status" });
  const word = el("p", { class: "big" });
  const names = el("ul", { class: "names" });
  const rows = new Rows(
    names,
    () => el("li", {}, el("b", { dir: "auto" }), el("span", { class: "flags" })),
    (row, person) => {
      say(row.querySelector("b"), nameOf(person));
      say(row.querySelector(".flags"), flags(person));
    },
  );
  let open = [];
  const write = el("button", { class: "primary", type: "button", onclick: () => {
    for (const person of open) link.mark({ do: "mark", tour: id, subject: person.id, mark: "not_found" });
  } }, t("summary_write"));
  const done = el("p", { class: "big good" }, `✔ ${t("summary_done")}`);
  const anew = el("button", { class: "plain", type: "button", onclick: () => {
    link.mark({ do: "begin", tour: id });
    location.hash = `#c/${encodeURIComponent(id)}`;
  } }, t("call_anew"));
  const card = el("div", { class: "card" }, big, word, names);
  return {
    node: el("div", {}, head.node, card, done, el("p", { class: "end" }, anew), el("div", { class: "bar" }, write)),
    update(board) {
      const tour = board.tours.find((one) => one.id === id);
      if (!tour) return;
      head.update(tour);
      const result = counted(called(tour));
      open = result.open;
      say(big, t("summary_of", { here: result.here, due: result.due }));
      say(word, result.missing.length ? t("summary_missing") : t("summary_all"));
      card.dataset.mark = result.missing.length ? "no" : "yes";
      rows.show(result.missing);
      write.hidden = open.length === 0;
      write.parentNode.hidden = open.length === 0;
      done.hidden = open.length > 0 || result.due === 0;
    },
  };
}

export function musterPage(link) {
  const none = el("p", { class: "card" }, t("muster_none"));
  const sections = el("div");
  const count = el("b");
  const rows = new Rows(sections, section, (node, tour) => node.update(tour));

  function section(tour) {
    const list = el("ul", { class: "people marks" });
    const title = el("h2");
    const node = el("section", {}, title, list);
    const people = new Rows(list, markRow(link, MUSTER), (row, person) => updateMark(row, person, MUSTER));
    node.update = (now) => {
      const sum = heads(now.sought.filter(isFound));
      say(title, `${now.start} ${now.title}: ${t("muster_of", { found: sum, due: heads(now.sought) })}`);
      people.show(now.sought.map((person) => ({ ...person, tour: tour.id })));
    };
    return node;
  }

  return {
    node: el("div", {}, el("a", { class: "back", href: "#" }, `‹ ${t("back")}`), el("h1", {}, t("muster")), none, sections,
      el("div", { class: "bar" }, el("p", { class: "sum", role: "status" }, count))),
    update(board) {
      const tours = board.tours.map((tour) => ({ ...tour, sought: sought(tour) })).filter((tour) => tour.sought.length);
      const all = tours.flatMap((tour) => tour.sought);
      none.hidden = tours.length > 0;
      rows.show(tours);
      say(count, t("muster_of", { found: heads(all.filter(isFound)), due: heads(all) }));
    },
  };
}
