// What is known of the runs: kept up to date from the coordinator's answers.

import { smooth } from "./scales.js";

const mostShown = 8;
const columns = ["step", "tokens", "loss", "lr", "token_batch", "tokens_per_second", "phase", "steps"];
const smoothingShare = 0.012;

export class Runs {
  constructor() {
    this.byName = new Map();
    /** In the order of the tree, as [run, depth]. */
    this.tree = [];
  }

  get shown() {
    return this.tree.map(([run]) => run).filter(run => run.isShown);
  }

  /** Takes the list of runs. */
  take(list) {
    for (const about of list) {
      const known = this.byName.get(about.run) ?? this.begin(about);
      known.about = about;
    }
    const names = new Set(list.map(about => about.run));
    for (const name of this.byName.keys()) if (!names.has(name)) this.byName.delete(name);
    this.grow();
    for (const [run] of this.tree) if (run.index === null) this.introduce(run);
  }

  begin(about) {
    const run = { name: about.run, about, index: null, isShown: false, cursor: null, newest: null, curve: null };
    this.empty(run);
    this.byName.set(run.name, run);
    return run;
  }

  empty(run) {
    run.points = Object.fromEntries(columns.map(column => [column, []]));
    run.heldOut = { step: [], tokens: [], loss: [] };
    run.events = [];
  }

  /** Colours stay with a run, whoever comes later; the first few are shown. */
  introduce(run) {
    const taken = new Set([...this.byName.values()].map(known => known.index));
    for (run.index = 0; taken.has(run.index);) run.index++;
    run.isShown = this.shown.length < mostShown;
  }

  grow() {
    const below = new Map();
    const roots = [];
    for (const run of this.byName.values()) {
      const parent = run.about.parent;
      if (parent === null || !this.byName.has(parent)) roots.push(run);
      else below.set(parent, [...(below.get(parent) ?? []), run]);
    }
    this.tree = [];
    const seen = new Set();
    const add = (run, depth) => {
      if (seen.has(run)) return;
      seen.add(run);
      this.tree.push([run, depth]);
      for (const branch of (below.get(run.name) ?? []).sort(byStepThenName)) add(branch, depth + 1);
    };
    for (const root of roots.sort(byStepThenName)) add(root, 0);
    // Runs that name each other.
    for (const run of this.byName.values()) add(run, 0);
  }

  /** Takes what is new of one run. */
  news(run, series) {
    if (series.whole) this.empty(run);
    for (const column of columns) run.points[column].push(...series.points[column]);
    for (const column of ["step", "tokens", "loss"]) run.heldOut[column].push(...series.held_out[column]);
    run.events.push(...series.events);
    run.newest = series.newest;
    run.cursor = series.cursor;
    run.curve = null;
  }

  /** Tokens from the beginning of what is shown to its end; null where there is nothing yet. */
  span() {
    const ends = this.shown.flatMap(run => {
      const line = lineOf(run);
      return line.tokens.length === 0 ? [] : [line.tokens[0] - line.token_batch[0], line.tokens.at(-1)];
    });
    if (ends.length === 0) return null;
    const [first, last] = [Math.min(...ends), Math.max(...ends)];
    return [Math.max(0, first), last > first ? last : first + 1];
  }

  /** The loss of all that are shown is smoothed alike, so that none looks calmer than another. */
  curve(run, end) {
    const bandwidth = smoothingShare * end;
    // The end of the longest run moves with every step; the line need not.
    if (run.curve === null || Math.abs(run.curve.bandwidth / bandwidth - 1) > 0.05) {
      const line = lineOf(run);
      const smoothed = column => smooth(line.tokens, line[column], bandwidth);
      run.curve = { bandwidth, line, loss: smoothed("loss"), speed: smoothed("tokens_per_second") };
    }
    return run.curve;
  }
}

const byStepThenName = (a, b) => a.about.parent_step - b.about.parent_step || (a.name < b.name ? -1 : 1);

/** The points of a run, and its newest step if it is in none of them yet. */
export function lineOf(run) {
  const { points, newest } = run;
  if (!newest || newest.loss === null || points.step.at(-1) >= newest.step) return points;
  return Object.fromEntries(columns.map(
    column => [column, [...points[column], column === "steps" ? 1 : newest[column]]]));
}

/** Stretches of the token axis with one phase each. */
export function phasesOf(line) {
  const phases = [];
  line.tokens.forEach((tokens, i) => {
    const last = phases[phases.length - 1];
    if (last?.name === line.phase[i]) last.end = tokens;
    else {
      const begin = last ? last.end : Math.max(0, tokens - line.token_batch[i]);
      phases.push({ name: line.phase[i], begin, end: tokens });
    }
  });
  return phases;
}
