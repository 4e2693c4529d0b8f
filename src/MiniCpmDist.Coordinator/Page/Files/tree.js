// The table of runs, which is the tree and the choice of what is drawn. Rows stay where they are,
// so that the focus does.

import { html, look, sample, setText } from "./elements.js";
import { batchText, lossText, rateText, roughTokens, wholeText } from "./scales.js";

const cells = [
  ["state", false], ["step", true], ["tokens", true], ["phase", false], ["loss", true], ["held-out", true],
  ["learning rate", true], ["batch", true], ["tokens/s", true], ["ranks", true], ["saved at", true],
];

/** What SFT and DPO measure besides their loss. A tree in which no run does has no columns for it. */
const measured = [
  ["answer loss", ["answer_loss"], lossText], ["margin", ["margin"], lossText],
  ["accuracy", ["accuracy"], value => value.toFixed(3)], ["chosen reward", ["chosen_reward"], lossText],
  ["answer tokens", ["chosen_tokens", "rejected_tokens"], value => value.toFixed(1)],
];

const measuredText = (about, names, text) =>
  names.filter(name => about.measures?.[name] != null).map(name => text(about.measures[name])).join(" / ");

export class Tree {
  constructor(body, empty, changed) {
    this.body = body;
    this.empty = empty;
    this.changed = changed;
    this.rows = new Map();
  }

  draw(runs) {
    this.empty.hidden = runs.tree.length > 0;
    this.isHidden = measured.map(([, names, text]) =>
      runs.tree.every(([run]) => measuredText(run.about, names, text) === ""));
    const heads = this.body.parentElement.querySelectorAll("thead th");
    this.isHidden.forEach((isHidden, i) => heads[1 + cells.length + i].hidden = isHidden);
    const wanted = runs.tree.map(([run, depth], i) => {
      const row = this.rows.get(run) ?? this.row(run);
      row.element.className = `depth-${Math.min(depth, 6)}`;
      setText(row.lines, linesOf(runs.tree, i));
      this.fill(row, run);
      return row.element;
    });
    for (const [run, row] of this.rows) {
      if (runs.byName.get(run.name) === run) continue;
      row.element.remove();
      this.rows.delete(run);
    }
    wanted.forEach((element, i) => {
      if (this.body.children[i] !== element) this.body.insertBefore(element, this.body.children[i] ?? null);
    });
  }

  row(run) {
    const box = html("input", { type: "checkbox" });
    box.addEventListener("change", () => {
      run.isShown = box.checked;
      this.changed();
    });
    const lines = html("span", { class: "lines", "aria-hidden": "true" });
    const from = html("span", { class: "from muted small" });
    const values = [...cells, ...measured.map(([name]) => [name, true])].map(([name, isNumber]) =>
      html("td", { role: "cell", "data-label": name, class: isNumber ? "number" : null }));
    const name = html("span", { class: "name", dir: "auto" }, run.name);
    const label = html("label", { class: look(run.index).color }, box, sample(run.index), name);
    const who = html("span", { class: "who" }, label, from);
    const element = html("tr", { role: "row" }, html("th", { role: "rowheader", scope: "row" }, lines, who), ...values);
    const row = { element, box, lines, from, values };
    this.rows.set(run, row);
    return row;
  }

  fill(row, run) {
    const { about } = run;
    // What is in the series may be a little newer; the list has it of runs that are not drawn too.
    const newest = about.newest;
    row.box.checked = run.isShown;
    setText(row.from, about.parent === null ? "" : `from ${about.parent}, step ${wholeText(about.parent_step)}`);
    const texts = [
      about.state,
      newest ? wholeText(newest.step) + (about.total_steps ? ` of ${wholeText(about.total_steps)}` : "") : "",
      newest ? roughTokens(newest.tokens) : "",
      newest?.phase ?? "",
      newest?.loss != null ? lossText(newest.loss) : newest ? "no number" : "",
      about.held_out ? lossText(about.held_out.loss) : "",
      newest?.lr != null ? rateText(newest.lr) : "",
      newest ? batchText(newest.token_batch) : "",
      newest?.tokens_per_second ? wholeText(newest.tokens_per_second) : "",
      about.ranks ? String(about.ranks) : "",
      about.last_checkpoint_step ? wholeText(about.last_checkpoint_step) : "",
      ...measured.map(([, names, text]) => measuredText(about, names, text)),
    ];
    texts.forEach((text, i) => setText(row.values[i], text));
    this.isHidden.forEach((isHidden, i) => row.values[cells.length + i].hidden = isHidden);
    row.values[0].className = `state ${about.state}`;
  }
}

/** What leads to a run: one piece for each run above it, and its own. */
function linesOf(tree, at) {
  const depth = tree[at][1];
  let text = "";
  for (let level = 1; level <= depth; level++) {
    let goesOn = false;
    for (let i = at + 1; i < tree.length && tree[i][1] >= level; i++) if (tree[i][1] === level) goesOn = true;
    text += level === depth ? (goesOn ? "├─" : "└─") : goesOn ? "│ " : "  ";
  }
  return text;
}
