// One chart: axes, lines, and a line of reading that pointers and arrow keys move.

import { look, marker, svg } from "./elements.js";
import { niceTicks, tokensText } from "./scales.js";

const belowAxis = 24, stripPitch = 20, stripHeight = 15;

const number = value => value.toFixed(1);

/**
 * @param {HTMLElement} place gets the chart
 * @param {string} label what is drawn, for those who do not see it
 * @param {(tokens: number | null) => void} read told where somebody reads; null for nowhere
 */
export class Chart {
  constructor(place, label, read) {
    this.place = place;
    this.label = label;
    this.read = read;
    this.at = null;
    // A slider along the tokens: that is what arrow keys do here, and readers of screens know how to say it.
    place.tabIndex = 0;
    place.setAttribute("role", "slider");
    place.setAttribute("aria-label", label);
    place.addEventListener("pointermove", event => this.point(event));
    place.addEventListener("pointerdown", event => this.point(event));
    place.addEventListener("pointerleave", event => { if (event.pointerType === "mouse") this.read(null); });
    place.addEventListener("keydown", event => this.key(event));
  }

  /** @param {{lines, span, low, high, tick, most, strips, tints, marks, note}} what */
  draw(what) {
    this.what = what;
    const width = Math.max(240, this.place.clientWidth);
    const isTall = this.place.classList.contains("tall");
    const plot = isTall ? Math.max(220, Math.min(360, width * 0.42)) : 150;
    const left = width < 480 ? 44 : 52, right = width - (width < 480 ? 10 : 16);
    const strips = what.strips ?? [], top = what.note ? 24 : 12;
    const bottom = top + plot, height = bottom + belowAxis + (strips.length > 0 ? 4 + strips.length * stripPitch : 0);
    const [first, last] = what.span;
    this.x = tokens => left + (tokens - first) / (last - first) * (right - left);
    this.tokens = x => first + (x - left) / (right - left) * (last - first);
    const y = value => top + (what.high - value) / (what.high - what.low) * plot;
    this.frame = { left, right, top, bottom, y };

    const root = svg("svg", { width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true" });
    for (const [run, begin, end] of what.tints ?? [])
      root.append(svg("rect", {
        class: `tint ${look(run).color}`, x: number(this.x(begin)), y: top,
        width: number(Math.max(0, this.x(end) - this.x(begin))), height: number(plot),
      }));
    this.axes(root, what, y, left, right, bottom, width, isTall);
    if (what.note) root.append(svg("text", { class: "small muted", x: left, y: 11 }, what.note));
    // A nested viewport clips what lies above it.
    const size = { x: left, y: top, width: right - left, height: plot };
    const inside = svg("svg", { ...size, viewBox: Object.values(size).join(" ") });
    for (const line of what.lines) inside.append(this.path(line, y));
    root.append(inside);
    for (const { run, xs, ys } of what.marks ?? []) {
      const group = svg("g", { class: look(run).color });
      xs.forEach((x, i) => { if (ys[i] <= what.high) group.append(marker(run, this.x(x), y(ys[i]))); });
      root.append(group);
    }
    for (const [run, tokens] of what.ticks ?? []) {
      const mark = `M${number(this.x(tokens))} ${number(bottom)}v-8`;
      root.append(svg("path", { class: `happened ${look(run).color}`, d: mark }));
    }
    strips.forEach((strip, i) => this.strip(root, strip, bottom + belowAxis + 4 + i * stripPitch, left));
    this.cursor = svg("g", { class: "cursor" });
    root.append(this.cursor);
    this.place.replaceChildren(root);
    this.place.setAttribute("aria-valuemin", Math.round(first));
    this.place.setAttribute("aria-valuemax", Math.round(last));
    this.show(this.at);
  }

  /** Draws the line of reading, and says what is there. */
  show(tokens) {
    this.at = tokens;
    if (!this.what) return;
    const { left, right, top, bottom, y } = this.frame;
    this.cursor.replaceChildren();
    const place = tokens ?? this.what.span[1];
    this.place.setAttribute("aria-valuenow", Math.round(place));
    this.place.setAttribute("aria-valuetext", this.what.say(place));
    if (tokens === null) return;
    const x = Math.min(right, Math.max(left, this.x(tokens)));
    this.cursor.append(svg("path", { class: "rule", d: `M${number(x)} ${top}V${number(bottom)}` }));
    for (const { run, x: at, value } of this.what.values(tokens))
      if (value <= this.what.high)
        this.cursor.append(
          svg("circle", { class: `spot ${look(run).color}`, cx: number(this.x(at)), cy: number(y(value)), r: 4.5 }));
  }

  point(event) {
    if (!this.what) return;
    const x = event.clientX - this.place.getBoundingClientRect().left;
    const [first, last] = this.what.span;
    this.read(Math.min(last, Math.max(first, this.tokens(x))));
  }

  key(event) {
    if (!this.what || event.ctrlKey || event.altKey || event.metaKey) return;
    const [first, last] = this.what.span, step = (last - first) / 100;
    const at = this.at ?? last;
    const next = {
      ArrowLeft: at - step, ArrowDown: at - step, ArrowRight: at + step, ArrowUp: at + step,
      PageDown: at - 10 * step, PageUp: at + 10 * step, Home: first, End: last, Escape: null,
    }[event.key];
    if (next === undefined) return;
    event.preventDefault();
    this.read(next === null ? null : Math.min(last, Math.max(first, next)));
  }

  axes(root, what, y, left, right, bottom, width, isTall) {
    const up = niceTicks(what.low, what.high, what.most ?? 7);
    for (const value of up.values) {
      root.append(svg("path", { class: "grid", d: `M${left} ${number(y(value))}H${number(right)}` }));
      const text = { class: "muted", "text-anchor": "end", x: left - 7, y: number(y(value) + 4) };
      root.append(svg("text", text, what.tick(value, up.step)));
    }
    const most = Math.floor((right - left) / (isTall && width > 480 ? 76 : 54));
    const across = niceTicks(what.span[0], what.span[1], Math.max(2, most), 1);
    for (const tokens of across.values) {
      const x = this.x(tokens);
      root.append(svg("path", { class: "axis", d: `M${number(x)} ${number(bottom)}v5` }));
      const isLast = x > width - 22;
      const text = { class: "muted", "text-anchor": isLast ? "end" : "middle", y: number(bottom + 18) };
      root.append(svg("text", { ...text, x: number(isLast ? width - 2 : x) }, tokensText(tokens)));
    }
    root.append(svg("path", { class: "axis", d: `M${left} ${number(bottom)}H${number(right)}` }));
  }

  path({ run, xs, ys, kind }, y) {
    let d = "";
    xs.forEach((x, i) => { d += `${i === 0 ? "M" : " "}${number(this.x(x))} ${number(y(ys[i]))}`; });
    const { color, dash } = look(run);
    if (xs.length === 1)
      return svg("circle", { class: `own ${color}`, cx: number(this.x(xs[0])), cy: number(y(ys[0])), r: 3 });
    return svg("path", { class: `line ${kind} ${color}`, "stroke-dasharray": kind === "raw" ? null : dash || null, d });
  }

  strip(root, { run, phases }, y, left) {
    const group = svg("g", { class: look(run).color }, marker(run, left - 12, y + stripHeight / 2));
    for (const { name, begin, end } of phases) {
      const x = this.x(begin), width = Math.max(1, this.x(end) - x - 1);
      const size = { x: number(x), y: number(y), width: number(width), height: stripHeight, rx: 2 };
      group.append(svg("rect", { class: `own ${name}`, ...size }));
      const middle = { x: number(x + width / 2), y: number(y + 11.5), "text-anchor": "middle" };
      if (name.length * 6.5 + 6 <= width) group.append(svg("text", { class: "small", ...middle }, name));
    }
    root.append(group);
  }
}
