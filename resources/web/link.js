// The line to the server: boards come as server-sent events, marks go one request at a time.  A line from which nothing
// has come for SILENT_MS is taken for dead, whatever the browser thinks of it.

import { Queue } from "./queue.js";

const KEPT = "prohodnaya.board"; // in sessionStorage: it goes with the tab
const SILENT_MS = 12000;
const RETRY_MS = [500, 1000, 2000, 5000];
const HEADERS = { "Content-Type": "application/json", "X-Prohodnaya": "1" };

export class Refused extends Error {
  constructor(status) {
    super(String(status));
    this.status = status;
  }
}

async function ask(path, body) {
  const options = body === undefined ? {} : { method: "POST", headers: HEADERS, body: JSON.stringify(body) };
  const answer = await fetch(`api/${path}`, { ...options, signal: AbortSignal.timeout(10000), cache: "no-store" });
  if (!answer.ok) throw new Refused(answer.status);
  return answer.status === 204 ? null : answer.json();
}

export class Link {
  constructor({ onBoard, onChange, onOver, onRejected }) {
    Object.assign(this, { onBoard, onChange, onOver, onRejected });
    this.state = "connecting"; // online, offline
    this.heardAt = 0;
    this.board = null;
    this.queue = null;
    this.tries = 0;
    this.sending = false;
    this.running = false;
    window.addEventListener("online", () => this.running && this.#open());
    window.addEventListener("offline", () => this.running && this.#lost());
    document.addEventListener("visibilitychange", () => {
      if (this.running && !document.hidden && this.state !== "online") this.#open();
    });
    setInterval(() => {
      if (this.running && this.state === "online" && Date.now() - this.heardAt > SILENT_MS) this.#lost();
    }, 1000);
  }

  get waiting() {
    return this.queue ? this.queue.marks : [];
  }

  async enter(code) {
    this.#take(await ask("enter", { code }));
    this.start();
  }

  async leave() {
    this.stop();
    this.#forget();
    await ask("leave", {}).catch(() => null);
    this.board = null;
    this.queue = null;
  }

  // Throws Refused(401) without a session.  A phone puts tabs to sleep: without a network, one that wakes up again
  // shows what it knew.
  async resume() {
    try {
      this.#take(await ask("board"));
    } catch (error) {
      const kept = JSON.parse(sessionStorage.getItem(KEPT) ?? "null");
      if (error instanceof Refused || kept === null) {
        this.#forget();
        throw error;
      }
      this.#take(kept.board);
      this.heardAt = kept.heardAt;
      this.running = true;
      this.#lost();
      return;
    }
    this.start();
  }

  start() {
    this.running = true;
    this.#open();
  }

  stop() {
    this.running = false;
    this.#close();
  }

  mark(mark) {
    const whole = this.queue.add(mark);
    this.onChange();
    this.#send();
    return whole;
  }

  #take(board) {
    this.heardAt = Date.now();
    if (this.board && this.board.scope === board.scope && board.at < this.board.at) return;
    if (this.queue === null || this.board?.scope !== board.scope) this.queue = new Queue(board.scope);
    this.board = board;
    this.#keep();
    this.onBoard(board);
  }

  #keep() {
    sessionStorage.setItem(KEPT, JSON.stringify({ board: this.board, heardAt: this.heardAt }));
  }

  #forget() {
    sessionStorage.removeItem(KEPT);
  }

  #open() {
    this.#close();
    const source = new EventSource("api/live");
    this.source = source;
    source.addEventListener("board", (event) => {
      this.#heard();
      this.#take(JSON.parse(event.data));
    });
    source.addEventListener("beat", () => this.#heard());
    source.addEventListener("end", () => this.#over());
    source.addEventListener("error", () => source === this.source && this.#lost());
  }

  #close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
  }

  #heard() {
    this.heardAt = Date.now();
    this.tries = 0;
    this.#become("online");
    this.#send();
  }

  #lost() {
    this.#close();
    if (this.state === "online") this.#keep();
    this.#become("offline");
    const pause = RETRY_MS[Math.min(this.tries, RETRY_MS.length - 1)];
    this.tries += 1;
    this.timer = setTimeout(() => this.#probe(), pause);
  }

  // An EventSource does not say why it failed, so a plain request asks first.
  async #probe() {
    try {
      this.#take(await ask("board"));
    } catch (error) {
      if (!this.running) return;
      if (error instanceof Refused && error.status === 401) this.#over();
      else this.#lost();
      return;
    }
    if (this.running) this.#open();
  }

  #over() {
    this.stop();
    this.#forget();
    this.onOver();
  }

  #become(state) {
    if (this.state === state) return;
    this.state = state;
    this.onChange();
  }

  async #send() {
    if (this.sending || !this.running || this.state === "offline") return;
    this.sending = true;
    const queue = this.queue;
    try {
      for (let marks = queue.batch(); marks.length; marks = queue.batch()) {
        const { answers, board } = await ask("marks", { marks });
        queue.settle(new Set(answers.map((answer) => answer.id)));
        if (this.queue !== queue) return;
        this.#take(board);
        if (answers.some((answer) => answer.status === "rejected")) this.onRejected();
      }
    } catch (error) {
      if (error instanceof Refused && error.status === 401) this.#over();
      else if (!(error instanceof Refused)) this.#lost(); // a busy server is asked again at the next beat
    } finally {
      this.sending = false;
      this.onChange();
    }
  }
}
