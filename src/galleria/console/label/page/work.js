// The labels, what can be undone, and saving. Knows nothing of the page.

const OPPOSITE = { up: "down", down: "up", left: "right", right: "left" };

/** The image direction of somebody who crosses from the left-hand to the right-hand side, as the counter sees it. */
export function towards(line, [width, height]) {
  const x = -(line.p2[1] - line.p1[1]) / height;
  const y = (line.p2[0] - line.p1[0]) / width;
  if (Math.abs(x) >= Math.abs(y)) return x > 0 ? "right" : "left";
  return y > 0 ? "down" : "up";
}

/** Both ways over a line, the one to its right-hand side first: the word in the file, and the image direction. */
export function ways(line, size) {
  const first = towards(line, size);
  const words = Object.keys(line.totals);
  return [{ word: words[0], towards: first }, { word: words[1], towards: OPPOSITE[first] }];
}

export class Work {
  constructor(state, onChange, onSaved) {
    this.document = state.document;
    this.size = state.document.size;
    this.revision = state.revision;
    this.path = state.path;
    this.current = 0;
    this.past = [];
    this.unsaved = false;
    this.busy = false;
    this.onChange = onChange;
    this.onSaved = onSaved;
  }

  get lines() {
    return this.document.lines;
  }

  get line() {
    return this.lines[this.current];
  }

  choose(index) {
    if (index < this.lines.length) {
      this.current = index;
      this.onChange();
    }
  }

  /** Change the lines so that the change can be undone, then save. */
  change(edit) {
    this.past.push({ lines: JSON.stringify(this.lines), current: this.current });
    if (this.past.length > 500) this.past.shift();
    edit(this.lines);
    this.#changed();
  }

  undo() {
    const before = this.past.pop();
    if (!before) return false;
    this.document.lines = JSON.parse(before.lines);
    this.current = before.current;
    this.#changed();
    return true;
  }

  mark(seconds, way) {
    const event = { t: Math.round(seconds * 1000) / 1000, dir: ways(this.line, this.size)[way].word };
    this.change(() => {
      this.line.events = [...(this.line.events ?? []), event].sort((a, b) => a.t - b.t);
    });
  }

  drop(index) {
    this.change(() => this.line.events.splice(index, 1));
  }

  add(p1, p2) {
    const taken = new Set(this.lines.map((line) => line.id));
    let n = this.lines.length + 1;
    while (taken.has(`line${n}`)) n += 1;
    this.change((lines) => {
      lines.push({ id: `line${n}`, p1, p2, anchor: "bottom-centre (feet)", totals: { in: 0, out: 0 }, events: [] });
      this.current = lines.length - 1;
    });
  }

  remove() {
    this.change((lines) => {
      lines.splice(this.current, 1);
      this.current = Math.max(0, Math.min(this.current, lines.length - 1));
    });
  }

  /** In and out change sides; only where nothing was marked yet, since marks would change their meaning. */
  get canSwap() {
    return this.line && !this.line.events?.length && "in" in this.line.totals;
  }

  swap() {
    this.change(() => {
      [this.line.p1, this.line.p2] = [this.line.p2, this.line.p1];
      delete this.line.in;
    });
  }

  rename(name) {
    if (!name || this.lines.some((line, n) => n !== this.current && line.id === name)) return false;
    if (name !== this.line.id) this.change(() => { this.line.id = name; });
    return true;
  }

  #changed() {
    for (const line of this.lines) {
      if (!line.events) continue;
      for (const word of Object.keys(line.totals)) {
        line.totals[word] = line.events.filter((event) => event.dir === word).length;
      }
    }
    this.unsaved = true;
    this.onChange();
    this.save();
  }

  /** Send the labels to be written; changes made while this goes on are sent after it. */
  async save() {
    if (this.busy) {
      this.again = true;
      return;
    }
    this.busy = true;
    this.again = false;
    const body = JSON.stringify({ document: this.document, revision: this.revision });
    let trouble = "";
    try {
      const answer = await fetch("work.json", { method: "PUT", headers: { "Content-Type": "application/json" }, body });
      const said = await answer.json();
      if (answer.ok) this.revision = said.revision;
      else trouble = `Not saved: ${said.problem}. ${said.remedy}`;
    } catch {
      trouble = "Not saved: galleria does not answer. Start `galleria label` again and open its new address; what was marked since the last save is lost.";
    }
    this.busy = false;
    this.unsaved = Boolean(trouble) || this.again;
    this.onSaved(trouble);
    if (this.again && !trouble) await this.save();
  }
}
