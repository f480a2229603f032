// The page: which view is shown, the line at the top that says how old everything is, and the banner of an alarm.

import { callPage, musterPage, summaryPage } from "./calls.js";
import { el, say } from "./dom.js";
import { Link, Refused } from "./link.js";
import { foreseen } from "./model.js";
import { loginPage, tourPage, toursPage } from "./tours.js";
import { choose, language, load, t } from "./words.js";

const main = document.getElementById("main");
const line = document.getElementById("link");
const banner = document.getElementById("alarm");
const other = document.getElementById("language");
let page = null;
let inside = false;
let note = "";
let rejected = false;

const link = new Link({
  onBoard: () => {
    if (!inside) {
      inside = true;
      show();
    } else update();
  },
  onChange: () => update(),
  onOver: () => {
    inside = false;
    note = link.board ? t("session_over") : "";
    show();
  },
  onRejected: () => {
    rejected = true;
    update();
  },
});

function chosen() {
  const [kind, id] = location.hash.slice(1).split("/");
  const key = id === undefined ? "" : decodeURIComponent(id);
  const known = link.board?.tours.some((tour) => tour.id === key);
  switch (kind) {
    case "t": return known ? tourPage(link, key) : toursPage(link);
    case "c": return known ? callPage(link, key) : toursPage(link);
    case "s": return known ? summaryPage(link, key) : toursPage(link);
    case "m": return musterPage(link);
    default: return toursPage(link);
  }
}

function show({ focus = false } = {}) {
  page = inside ? chosen() : loginPage(link, note);
  main.replaceChildren(page.node);
  update();
  if (!inside) document.getElementById("code").focus();
  else if (focus) {
    window.scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
}

function update() {
  top();
  if (!inside || !link.board) {
    banner.hidden = true;
    return;
  }
  const board = foreseen(link.board, link.waiting);
  alarm(board.muster);
  page.update(board);
}

function top() {
  document.body.dataset.link = inside ? link.state : "";
  if (!inside) {
    say(line, t("app"));
    return;
  }
  const count = link.waiting.length;
  const live = link.state === "online";
  const parts = live ? [`● ${t("online")}`] : [`▲ ${t(link.state)}`, age()];
  if (count && !live) parts.push(t("waiting", { count }));
  if (rejected) parts.push(t("rejected"));
  say(line, parts.join(" · "));
}

function age() {
  const minutes = Math.floor((Date.now() - link.heardAt) / 60000);
  if (minutes < 1) return t("age_now");
  return minutes < 60 ? t("age_minutes", { count: minutes }) : t("age_hours", { count: Math.floor(minutes / 60) });
}

function alarm(muster) {
  if (muster === null) {
    banner.hidden = true;
    banner.replaceChildren();
    return;
  }
  const text = t(muster.drill ? "drill" : "alarm", { time: muster.began });
  if (banner.hidden || banner.querySelector("b").textContent !== text) {
    banner.replaceChildren(
      el("b", {}, text), el("span", {}, t("alarm_hint")), el("a", { class: "button", href: "#m" }, t("muster")),
    );
  }
  banner.classList.toggle("drill", muster.drill);
  banner.hidden = false;
  banner.classList.toggle("here", location.hash === "#m");
}

function languages() {
  const next = language === "ru" ? "en" : "ru";
  other.lang = next;
  say(other, next === "ru" ? "Русский" : "English");
}

other.addEventListener("click", async () => {
  try {
    await choose(language === "ru" ? "en" : "ru");
  } catch {
    return; // offline: the words stay as they are
  }
  languages();
  banner.replaceChildren();
  banner.hidden = true;
  show();
});
window.addEventListener("hashchange", () => {
  rejected = false;
  show({ focus: true });
});
setInterval(top, 5000);

await load();
languages();
try {
  if (location.hash.startsWith("#k=")) show(); // a code was scanned: it goes before a session that may be there
  else await link.resume();
} catch (error) {
  note = error instanceof Refused ? "" : t("code_offline");
  show();
}
