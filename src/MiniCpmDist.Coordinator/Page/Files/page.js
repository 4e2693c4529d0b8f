// Asks the coordinator every few seconds, and draws what it says.

import { Chart } from "./charts.js";
import { setText } from "./elements.js";
import { Events, at, drawHere, drawLegend, drawNumbers, drawRanks, drawReadout, groupOf } from "./panels.js";
import { Runs, phasesOf } from "./runs.js";
import { batchText, lossText, lossWindow, rateText, roughTokens, tickText, tokensText, wholeText } from "./scales.js";
import { Tree } from "./tree.js";

const often = 2000, seldom = 5000, longest = 15000, patience = 10000;
const element = id => document.getElementById(id);
const runs = new Runs();
const tree = new Tree(element("tree").tBodies[0], element("empty"), () => soon());
const events = new Events(element("events"), element("with-checkpoints"), element("more-events"));
const charts = {
  loss: new Chart(element("loss-chart"), "Loss over tokens", read),
  lr: new Chart(element("lr-chart"), "Learning rate over tokens", read),
  batch: new Chart(element("batch-chart"), "Token batch over tokens", read),
  speed: new Chart(element("speed-chart"), "Throughput over tokens", read),
};
let place = null, span = null, lags = new Map(), lagsAsked = 0, hasMetrics = true;
let failures = 0, goneSince = null, timer = 0, asking = false, again = false;
let token = sessionStorage.getItem("token");

async function ask(path, isText = false) {
  const headers = token ? { authorization: `Bearer ${token}` } : {};
  const answer = await fetch(path, { headers, cache: "no-store", signal: AbortSignal.timeout(patience) });
  if (answer.status === 401 || answer.status === 403)
    throw Object.assign(new Error(await answer.text()), { isRefusal: true });
  if (!answer.ok) throw Object.assign(new Error(`${answer.status}`), { status: answer.status });
  return isText ? answer.text() : answer.json();
}

/** One round: the list of runs, then what is new of those that are drawn. */
async function round() {
  const { runs: list } = await ask("api/runs");
  runs.take(list);
  const moved = runs.shown.filter(run =>
    run.cursor !== run.about.cursor || run.newest?.step !== run.about.newest?.step);
  await Promise.all(moved.map(async run => {
    const after = encodeURIComponent(run.cursor ?? "");
    try {
      runs.news(run, await ask(`api/runs/${encodeURIComponent(run.name)}/series?after=${after}`));
    } catch (error) {
      if (error.status !== 404) throw error; // Gone between the two calls.
    }
  }));
  await askLags();
}

/** How far the ranks come apart, where the coordinator is in the process that measures it. */
async function askLags() {
  if (!hasMetrics || Date.now() - lagsAsked < 10000) return;
  lagsAsked = Date.now();
  try {
    const found = new Map();
    for (const line of (await ask("metrics", true)).split("\n")) {
      const match = /^minicpm_rank_arrival_lag_seconds\{(.*)\} (\S+)$/.exec(line);
      const run = match && /run="((?:[^"\\]|\\.)*)"/.exec(match[1]), rank = match && /rank="(\d+)"/.exec(match[1]);
      if (!run || !rank) continue;
      if (!found.has(run[1])) found.set(run[1], new Map());
      found.get(run[1]).set(rank[1], Number(match[2]));
    }
    lags = found;
  } catch (error) {
    hasMetrics = error.status !== 404;
  }
}

async function turn() {
  clearTimeout(timer);
  if (asking) {
    again = true;
    return;
  }
  asking = true;
  let wait = often;
  try {
    await round();
    failures = 0;
    goneSince = null;
    wait = runs.tree.some(([run]) => run.about.state === "training") ? often : seldom;
    tell("live", "Live");
    element("token").hidden = true;
    element("main").hidden = false;
    draw();
  } catch (error) {
    if (error.isRefusal) {
      refuse(error.message);
      return;
    }
    failures++;
    goneSince ??= new Date();
    wait = Math.min(longest, often * 1.5 ** failures);
    if (failures > 1 || runs.tree.length === 0)
      tell("gone", `The coordinator does not answer since ${goneSince.toLocaleTimeString()}; `
        + "this page asks again by itself. What is drawn is what it said last.");
  } finally {
    asking = false;
  }
  timer = setTimeout(turn, again ? 0 : wait);
  again = false;
}

const soon = () => { draw(); turn(); };

function tell(state, text) {
  element("link").className = state;
  setText(element("link-text"), text);
}

function refuse(why) {
  asking = false;
  tell("waiting", "A token is asked for");
  if (token) setText(element("token-wrong"), why);
  token = null;
  sessionStorage.removeItem("token");
  element("token").hidden = false;
  element("token-text").focus();
}

function read(tokens) {
  place = tokens;
  for (const chart of Object.values(charts)) chart.show(place);
  drawValues();
}

function drawValues() {
  drawReadout(element("readout-body"), element("readout-title"), runs, place, span);
  drawHere(element("here"), runs, place, span);
}

/** What all charts share: lines over the span, and words for one place of it. */
function chart(which, values, { text, tick, low, high, kind = "smooth", lines = [], ...more }) {
  const found = tokens => runs.shown.flatMap(run => {
    const there = at(run, tokens, span);
    if (there === null) return [];
    const { i, line, tokens: x } = there;
    return [{ run: run.index, name: run.name, step: line.step[i], x, value: values(run)[i] }];
  });
  const say = tokens => {
    const words = found(tokens).map(one => `${one.name} ${text(one.value)} at step ${one.step}`);
    return `${roughTokens(tokens)} tokens: ${words.join("; ") || "no run"}`;
  };
  const drawn = runs.shown.filter(run => run.curve.line.tokens.length > 0)
    .map(run => ({ run: run.index, xs: run.curve.line.tokens, ys: values(run), kind }));
  which.draw({ span, low, high, tick, values: found, say, lines: [...lines, ...drawn], ...more });
}

// Checkpoints and phases are too many, and drawn already.
const isMarked = event => !["saved", "schedule"].includes(groupOf(event)) && event.tokens > 0;

const highest = values => runs.shown.flatMap(values).reduce((most, value) => Math.max(most, value), 0) * 1.08 || 1;
const raw = column => runs.shown.filter(run => run.curve.line.tokens.length > 1)
  .map(run => ({ run: run.index, xs: run.curve.line.tokens, ys: run.curve.line[column], kind: "raw" }));

function draw() {
  tree.draw(runs);
  drawLegend(element("legend"), runs);
  events.draw(runs);
  drawRanks(element("ranks"), runs, lags);
  span = runs.span();
  if (span !== null) drawCharts();
  drawValues();
  if (element("numbers").open) drawNumbers(element("numbers-body"), runs);
}

function drawCharts() {
  for (const run of runs.shown) runs.curve(run, span[1]);
  const { low, high, cutOff } = lossWindow(runs.shown, span);
  const phases = runs.shown.map(run => ({ run: run.index, phases: phasesOf(run.curve.line) }));
  chart(charts.loss, run => run.curve.loss, {
    text: lossText, tick: tickText, low, high, lines: raw("loss"), strips: phases.filter(one => one.phases.length > 0),
    tints: phases.flatMap(one => one.phases.filter(phase => phase.name !== "stable")
      .map(phase => [one.run, phase.begin, phase.end])),
    marks: runs.shown.map(run => ({ run: run.index, xs: run.heldOut.tokens, ys: run.heldOut.loss })),
    ticks: runs.shown.flatMap(run => run.events.filter(isMarked).map(event => [run.index, event.tokens])),
    note: cutOff === null ? null : `↑ the first steps, up to ${lossText(cutOff)}, lie above`,
  });
  const small = (which, values, more) => chart(which, values, { low: 0, high: highest(values), most: 5, ...more });
  small(charts.lr, run => run.curve.line.lr, { text: rateText, tick: rateText, kind: "plain" });
  small(charts.batch, run => run.curve.line.token_batch, { text: batchText, tick: tokensText, kind: "plain" });
  small(charts.speed, run => run.curve.speed, { text: wholeText, tick: tokensText, lines: raw("tokens_per_second") });
}

element("token").addEventListener("submit", event => {
  event.preventDefault();
  token = element("token-text").value.trim();
  sessionStorage.setItem("token", token);
  element("token-text").value = "";
  setText(element("token-wrong"), "");
  turn();
});
element("numbers").addEventListener("toggle", () => draw());
// A page that nobody sees asks nothing; seen again it asks at once.
document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else turn();
});
let width = document.documentElement.clientWidth;
addEventListener("resize", () => {
  if (width === document.documentElement.clientWidth) return;
  width = document.documentElement.clientWidth;
  draw();
});
turn();
