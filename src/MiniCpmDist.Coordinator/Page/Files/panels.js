// What stands beside the charts: values at a place, curves as a table, events, ranks.

import { html, look, sample, setText } from "./elements.js";
import { batchText, lossText, nearest, rateText, roughTokens, tokensText, wholeText } from "./scales.js";
import { lineOf } from "./runs.js";

const mostEvents = 60;

const cell = (text, isNumber = true) => html("td", { class: isNumber ? "number" : null }, text);

const head = (...names) => html("thead", {}, html("tr", {}, ...names.map((name, i) =>
  html("th", { scope: "col", class: i > 0 && name !== "phase" ? "number" : null }, name))));

const nameText = run => html("span", { class: "name", dir: "auto" }, run.name);

const nameOf = run => html("th", { scope: "row", class: look(run.index).color }, sample(run.index), nameText(run));

/** Where a run was nearest to a place; null where it has not been there. */
export function at(run, tokens, span) {
  const line = lineOf(run), slack = (span[1] - span[0]) / 100;
  const i = nearest(line.tokens, tokens);
  if (i < 0 || tokens < line.tokens[0] - Math.max(slack, line.token_batch[0]) || tokens > line.tokens.at(-1) + slack)
    return null;
  return { i, line, tokens: line.tokens[i] };
}

export function drawLegend(list, runs) {
  const wanted = runs.shown.map(run => run.name).join("\n");
  if (list.dataset.runs === wanted) return;
  list.dataset.runs = wanted;
  list.replaceChildren(...runs.shown.map(run =>
    html("li", { class: look(run.index).color }, sample(run.index), nameText(run))));
}

const scheduleNames = ["learning rate", "batch", "tokens/s", "phase"];

const schedule = (line, i) => [
  cell(rateText(line.lr[i])), cell(batchText(line.token_batch[i])), cell(wholeText(line.tokens_per_second[i])),
  cell(line.phase[i], false),
];

/** Values at a place; at the end of each run where nobody reads. All runs have a row, so that nothing moves below. */
export function drawReadout(place, title, runs, tokens, span) {
  setText(title, tokens === null ? "Values at the end of each run" : `Values at ${roughTokens(tokens)} tokens`);
  const rows = runs.shown.map(run => {
    const line = lineOf(run);
    const i = tokens === null ? line.step.length - 1 : at(run, tokens, span)?.i ?? -1;
    if (i < 0) return html("tr", { class: "muted" }, nameOf(run), html("td", { colspan: 8 }, "not here"));
    const heldOut = nearest(run.heldOut.tokens, line.tokens[i]);
    return html("tr", {}, nameOf(run), cell(wholeText(line.step[i])),
      cell(lossText(run.curve?.loss[i] ?? line.loss[i])), cell(lossText(line.loss[i])),
      cell(heldOut < 0 ? "" : `${lossText(run.heldOut.loss[heldOut])} at ${roughTokens(run.heldOut.tokens[heldOut])}`),
      ...schedule(line, i));
  });
  const names = head("run", "step", "loss, smoothed", "loss", "held-out", ...scheduleNames);
  place.replaceChildren(html("table", {}, names, html("tbody", {}, ...rows)));
}

/** What has happened where somebody reads. */
export function drawHere(place, runs, tokens, span) {
  const slack = span === null ? 0 : (span[1] - span[0]) / 120;
  const near = tokens === null ? [] : runs.shown.flatMap(run => run.events
    .filter(event => Math.abs(event.tokens - tokens) <= slack)
    .map(event => `${run.name}, step ${wholeText(event.step)}: ${event.text}`));
  setText(place, near.length > 0
    ? near.slice(0, 4).join(" · ") + (near.length > 4 ? ` · and ${near.length - 4} more` : "")
    : "Point at a chart, or move to one with Tab and use the arrow keys, Page Up and Down, Home and End; "
      + "Escape lets go.");
}

/** The same as the curves, for those who read tables. */
export function drawNumbers(place, runs) {
  const tables = runs.shown.map(run => {
    const line = lineOf(run), count = line.step.length, rows = Math.min(count, 25);
    const evenly = Array.from({ length: rows }, (_, i) => Math.round(i * (count - 1) / Math.max(1, rows - 1)));
    return html("table", {}, html("caption", { dir: "auto" }, run.name),
      head("step", "tokens", "loss", "held-out", ...scheduleNames),
      html("tbody", {}, ...evenly.map((i, row) => {
        const from = row === 0 ? -1 : line.tokens[evenly[row - 1]];
        const heldOut = run.heldOut.tokens.findLastIndex(tokens => tokens > from && tokens <= line.tokens[i]);
        return html("tr", {}, html("th", { scope: "row" }, wholeText(line.step[i])), cell(tokensText(line.tokens[i])),
          cell(lossText(line.loss[i])), cell(heldOut < 0 ? "" : lossText(run.heldOut.loss[heldOut])),
          ...schedule(line, i));
      })));
  });
  place.replaceChildren(...tables);
}

const groups = [
  [/failed|passed-over|refused/, "failure"],
  [/^run-started$/, "start"],
  [/^run-finished$|^data-exhausted$/, "end"],
  [/^checkpoint$/, "saved"],
  [/^command|^configuration-changed|^signal|^time-used-up/, "command"],
  [/^phase$|^mixture$|^batch-size$/, "schedule"],
  [/^branched$/, "branch"],
];

/** Which of few kinds an event is of. */
export const groupOf = event => groups.find(([pattern]) => pattern.test(event.kind))?.[1] ?? "other";

function item(run, event) {
  return html("li", {}, html("span", { class: "step" }, `step ${wholeText(event.step)}`),
    html("span", { class: `run ${look(run.index).color}`, dir: "auto" }, run.name),
    html("span", { class: `kind ${groupOf(event)}` }, event.kind.replaceAll("-", " ")),
    html("span", { class: "text", dir: "auto" }, event.text));
}

export class Events {
  constructor(list, box, more) {
    this.list = list;
    this.box = box;
    this.more = more;
    this.isAll = false;
    this.seen = "";
    box.addEventListener("change", () => this.draw(this.runs));
    more.addEventListener("click", () => {
      this.isAll = !this.isAll;
      this.draw(this.runs);
    });
  }

  draw(runs) {
    this.runs = runs;
    const all = runs.shown.flatMap(run => run.events.map(event => ({ run, event })))
      .filter(({ event }) => this.box.checked || groupOf(event) !== "saved")
      .sort((a, b) => b.event.tokens - a.event.tokens || b.event.number - a.event.number);
    const shown = this.isAll ? all : all.slice(0, mostEvents);
    // Numbers begin anew where a run is told anew.
    const seen = shown.map(({ run, event }) => `${run.cursor?.split(".")[0]}/${run.index}/${event.number}`).join();
    this.more.hidden = all.length <= mostEvents;
    setText(this.more, this.isAll ? "Show the newest" : `Show all ${all.length}`);
    if (seen === this.seen) return;
    this.seen = seen;
    const items = shown.map(({ run, event }) => item(run, event));
    this.list.replaceChildren(...(items.length > 0 ? items : [html("li", { class: "muted" }, "Nothing yet.")]));
  }
}

/** @param {Map<string, Map<string, number>>} lags of each run, seconds by rank */
export function drawRanks(place, runs, lags) {
  const rows = runs.tree.map(([run]) => run).filter(run => run.about.ranks).flatMap(run => {
    const known = lags.get(run.name), each = run.about.newest?.tokens_per_second / run.about.ranks;
    return Array.from({ length: known ? run.about.ranks : 1 }, (_, rank) => html("tr", {},
      rank === 0 ? html("th", { scope: "rowgroup", rowspan: known ? run.about.ranks : null }, nameText(run)) : null,
      cell(known ? String(rank) : `all ${run.about.ranks}`), cell(Number.isFinite(each) ? wholeText(each) : ""),
      cell(known?.has(String(rank)) ? `${(known.get(String(rank)) * 1000).toFixed(1)} ms` : "not told")));
  });
  place.replaceChildren(rows.length === 0
    ? html("p", { class: "muted" }, "No run is connected.")
    : html("table", {}, head("run", "rank", "tokens/s each", "behind the first"), html("tbody", {}, ...rows)));
}
