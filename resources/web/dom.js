// Making elements.  Texts are always text: nothing here or elsewhere turns a string into markup.

export function el(tag, props = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
    else if (name === "class") made.className = value;
    else if (value === true) made.setAttribute(name, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

// Keeps a list's rows between updates, so that nothing moves under a finger and the focus stays where it is.
export class Rows {
  constructor(list, make, update) {
    Object.assign(this, { list, make, update, rows: new Map() });
  }

  show(items) {
    const wanted = new Set(items.map((item) => item.id));
    for (const [id, row] of this.rows) {
      if (!wanted.has(id)) {
        row.remove();
        this.rows.delete(id);
      }
    }
    let before = this.list.firstChild;
    for (const item of items) {
      let row = this.rows.get(item.id);
      if (!row) {
        row = this.make(item);
        this.rows.set(item.id, row);
      }
      if (row === before) before = before.nextSibling;
      else this.list.insertBefore(row, before);
      this.update(row, item);
    }
  }
}
