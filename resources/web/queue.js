// Marks that the server has not answered for.  They lie in localStorage under the guide's scope, without names: a page
// that is closed, a phone that is switched off or a log-in that ends loses none.  An id is made once, so a resend counts
// once.  A mark leaves the queue on the server's answer for that very mark.

const PREFIX = "prohodnaya.marks.";
const KEEP_MS = 24 * 3600 * 1000;
const BATCH = 100;

export class Queue {
  constructor(scope) {
    this.key = PREFIX + scope;
  }

  // Read every time: two tabs of one guide share the queue.
  get marks() {
    let kept = [];
    try {
      kept = JSON.parse(localStorage.getItem(this.key) ?? "[]");
    } catch {
      return [];
    }
    return Array.isArray(kept) ? kept.filter((mark) => Date.now() - mark.at < KEEP_MS) : [];
  }

  add(mark) {
    const whole = { id: newId(), at: Date.now(), ...mark };
    this.#keep([...this.marks, whole]);
    return whole;
  }

  batch() {
    const now = Date.now();
    return this.marks.slice(0, BATCH).map(({ at, ...mark }) => ({ ...mark, age_ms: Math.max(0, now - at) }));
  }

  settle(ids) {
    this.#keep(this.marks.filter((mark) => !ids.has(mark.id)));
  }

  #keep(marks) {
    if (marks.length) localStorage.setItem(this.key, JSON.stringify(marks));
    else localStorage.removeItem(this.key);
  }
}

// UUIDv7.  crypto.randomUUID is there over HTTPS only, and a plant's network rarely has it.
export function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  let ms = Date.now();
  for (let place = 5; place >= 0; place -= 1) {
    bytes[place] = ms % 256;
    ms = Math.floor(ms / 256);
  }
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join("-");
}
