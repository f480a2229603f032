// Log-in, the day's tours, and one tour's list.  A page is {node, update(board)}; it is built once and then updated.

import { Refused } from "./link.js";
import { Rows, el, say } from "./dom.js";
import { heads, isFound, sought } from "./model.js";
import { languageName, t } from "./words.js";

export function loginPage(link, note) {
  const error = el("p", { id: "error", class: "error", role: "alert" }, note);
  const input = el("input", {
    id: "code", name: "code", autocomplete: "one-time-code", autocapitalize: "characters", spellcheck: "false",
    maxlength: "20", required: true, "aria-describedby": "hint error", enterkeyhint: "go",
  });
  const button = el("button", { class: "primary", type: "submit" }, t("enter"));
  const form = el(
    "form",
    { class: "card login", onsubmit: (event) => { event.preventDefault(); enter(); } },
    el("h1", {}, t("enter_title")),
    el("label", { for: "code" }, t("enter_code")),
    input,
    el("p", { id: "hint", class: "hint" }, t("enter_hint")),
    button,
    error,
  );

  async function enter() {
    if (!input.value.trim() || button.disabled) return;
    button.disabled = true;
    say(button, t("entering"));
    say(error, "");
    try {
      await link.enter(input.value);
    } catch (problem) {
      const key = { 403: "code_refused", 422: "code_refused", 429: "code_throttled" };
      say(error, t((problem instanceof Refused && key[problem.status]) || "code_offline"));
      input.focus();
    } finally {
      button.disabled = false;
      say(button, t("enter"));
    }
  }

  const scanned = /^#k=([0-9A-Za-z-]{4,20})$/.exec(location.hash);
  if (scanned) {
    history.replaceState(null, "", location.pathname);
    input.value = scanned[1];
    enter();
  }
  return { node: form, update() {} };
}

export function toursPage(link) {
  const list = el("ul", { class: "tours" });
  const empty = el("div", { class: "card" }, el("p", { class: "big" }, t("no_tours")), el("p", {}, t("no_tours_hint")));
  const who = el("p", { class: "hint" });
  const leave = el("button", { class: "plain", type: "button", onclick: () => link.leave().then(link.onOver) }, t("leave"));
  const rows = new Rows(list, tourCard, updateCard);
  const node = el("div", {}, el("h1", {}, t("today")), who, list, empty, el("p", { class: "end" }, leave));
  return {
    node,
    update(board) {
      say(who, [board.plant, board.guide].filter(Boolean).join(" · "));
      rows.show(board.tours.map((tour) => ({ ...tour, alarm: board.muster !== null })));
      empty.hidden = board.tours.length > 0;
    },
  };
}

function tourCard(tour) {
  const link = el(
    "a",
    { class: "card tour", href: `#t/${encodeURIComponent(tour.id)}` },
    el("span", { class: "when" }), el("span", { class: "title" }), numbers(),
  );
  return el("li", {}, link);
}

function updateCard(row, tour) {
  say(row.querySelector(".when"), tour.cancelled ? `${tour.start}–${tour.end} · ${t("cancelled")}` : `${tour.start}–${tour.end}`);
  say(row.querySelector(".title"), tour.title);
  updateNumbers(row, tour, tour.alarm);
}

// Three big numbers; in an alarm the search takes their place.
export function numbers() {
  const one = (name) => el("span", { class: `number ${name}` }, el("b"), el("span"));
  return el("span", { class: "numbers" }, one("first"), one("second"), one("third"));
}

export function updateNumbers(node, tour, alarm) {
  const people = sought(tour);
  const found = heads(people.filter(isFound));
  const shown = alarm
    ? [["inside", heads(people)], ["found", found], ["not_found", heads(people) - found]]
    : [["expected", tour.expected], ["inside", tour.inside], ["missing", tour.missing]];
  [...node.querySelectorAll(".number")].forEach((number, place) => {
    const [key, count] = shown[place];
    say(number.firstChild, String(count));
    say(number.lastChild, t(key));
    number.classList.toggle("bad", place === 2 && count > 0);
    number.classList.toggle("good", place === 2 && count === 0);
  });
}

export function flags(person) {
  const said = [
    person.heads > 1 ? t("heads", { count: person.heads }) : "",
    person.band === "minor" ? t("minor") : "",
    person.band === "adult" ? t("adult") : "",
    person.mobility ? t("mobility") : "",
    person.language ? languageName(person.language) : "",
    person.extra ? t("extra") : "",
  ];
  return said.filter(Boolean).join(" · ");
}

export function nameOf(person) {
  return person.name || t("unnamed");
}

export function tourHead(id, back = "#", text = t("back")) {
  const when = el("p", { class: "when" });
  const title = el("h1");
  const node = el("div", {}, el("div", { class: "head" }, el("a", { class: "back", href: back }, `‹ ${text}`), when), title);
  return {
    node,
    update(tour) {
      say(title, tour.title);
      say(when, [`${tour.start}–${tour.end}`, tour.cancelled ? t("cancelled") : ""].filter(Boolean).join(" · "));
    },
  };
}

export function tourPage(link, id) {
  const head = tourHead(id);
  const counts = el("div", { class: "card" }, numbers());
  const left = el("p", { class: "hint" });
  const list = el("ul", { class: "people" });
  const call = el("a", { class: "button primary", href: `#c/${encodeURIComponent(id)}` }, t("call"));
  const rows = new Rows(
    list,
    () => el("li", { class: "line" }, el("span", { class: "who" }, el("b", { dir: "auto" }), el("span", { class: "flags" })),
      el("span", { class: "state" })),
    (row, person) => {
      say(row.querySelector("b"), nameOf(person));
      say(row.querySelector(".flags"), flags(person));
      say(row.querySelector(".state"), t(`state_${person.state}`));
      row.dataset.state = person.state;
    },
  );
  return {
    node: el("div", {}, head.node, counts, left, el("h2", {}, t("list")), list, el("div", { class: "bar" }, call)),
    update(board) {
      const tour = board.tours.find((one) => one.id === id);
      if (!tour) return;
      head.update(tour);
      updateNumbers(counts, tour, board.muster !== null);
      say(left, tour.left ? `${t("left")}: ${tour.left}` : "");
      rows.show(tour.people);
      say(call, board.muster ? t("muster") : t("call"));
      call.href = board.muster ? "#m" : `#c/${encodeURIComponent(id)}`;
    },
  };
}
