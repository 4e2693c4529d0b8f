// Numbers, ticks and smoothing: the decisions of `minicpm plot`, so that both draw the same curve.

const invariant = (value, digits) => value.toFixed(digits).replace(/\.?0+$/, "");

/** A place on the token axis: 0, 500, 200K, 1.25B. */
export function tokensText(tokens) {
  const size = Math.abs(tokens);
  if (size < 1e3) return String(Math.round(tokens));
  for (const [unit, letter] of [[1e3, "K"], [1e6, "M"], [1e9, "B"]])
    if (size < unit * 999.9995) return invariant(tokens / unit, 3) + letter;
  return invariant(tokens / 1e12, 3) + "T";
}

/** To three digits: where nobody counts single tokens. */
export const roughTokens = tokens => tokensText(Number(Number(tokens).toPrecision(3)));

/** A batch: people count in powers of two, and know 2,048. */
export const batchText = tokens => tokens < 1e5 ? wholeText(tokens) : tokensText(tokens);

export const lossText = loss => loss.toFixed(3);

export const wholeText = number => String(Math.round(number)).replace(/\B(?=(\d{3})+$)/g, ",");

export function rateText(rate) {
  return rate !== 0 && Math.abs(rate) < 1e-4 ? rate.toExponential(2) : Number(rate.toPrecision(3)).toString();
}

/** The finest ticks at 1, 2 or 5 times a power of ten that are at most `most`. */
export function niceTicks(low, high, most, smallest = 0) {
  let power = 10 ** (Math.floor(Math.log10((high - low) / most)) - 1);
  for (; Number.isFinite(power); power *= 10) {
    for (const digit of [1, 2, 5]) {
      const step = digit * power;
      const first = Math.ceil(low / step - 1e-9), last = Math.floor(high / step + 1e-9);
      if (step < smallest || last - first + 1 > most) continue;
      const values = [];
      for (let i = first; i <= last; i++) values.push(Number((i * step).toPrecision(12)));
      return { step, values };
    }
  }
  return { step: 1, values: [] };
}

/** A tick with the digits that its step needs. */
export function tickText(value, step) {
  return value.toFixed(Math.min(9, Math.max(0, Math.ceil(-Math.log10(step) - 1e-9))));
}

/** Local linear regression with a Gaussian kernel: no lag, and true at the ends. */
export function smooth(xs, ys, bandwidth) {
  const reach = 3, end = xs[xs.length - 1];
  return xs.map((x, center) => {
    // Points on one side only say less about the line: towards the end the kernel grows to twice its width.
    const width = bandwidth * (2 - Math.min(1, (end - x) / (2 * reach * bandwidth)));
    let first = center, last = center;
    while (first > 0 && x - xs[first - 1] <= reach * width) first--;
    while (last < xs.length - 1 && xs[last + 1] - x <= reach * width) last++;
    let low = Infinity, high = -Infinity, w = 0, o = 0, s = 0, l = 0, p = 0;
    for (let i = first; i <= last; i++) {
      const offset = (xs[i] - x) / width, weight = Math.exp(-0.5 * offset * offset);
      low = Math.min(low, ys[i]);
      high = Math.max(high, ys[i]);
      w += weight; o += weight * offset; s += weight * offset * offset;
      l += weight * ys[i]; p += weight * offset * ys[i];
    }
    const determinant = w * s - o * o;
    const estimate = determinant > 1e-9 * w * w ? (s * l - o * p) / determinant : l / w;
    // A slope that hangs on few points may overshoot them.
    return Math.min(high, Math.max(low, estimate));
  });
}

/** The extent that shows a run's loss: its steep beginning is cut off where it would take the height from the rest. */
export function lossWindow(series, [left, right]) {
  const points = series.flatMap(run => [
    ...run.points.tokens.map((x, i) => [x, run.points.loss[i]]),
    ...run.heldOut.tokens.map((x, i) => [x, run.heldOut.loss[i]]),
  ]);
  if (points.length === 0) return { low: 0, high: 1, cutOff: null };
  const losses = points.map(point => point[1]);
  const low = losses.reduce((a, b) => Math.min(a, b)), high = losses.reduce((a, b) => Math.max(a, b));
  const settled = points.filter(point => point[0] >= left + 0.06 * (right - left))
    .reduce((most, point) => Math.max(most, point[1]), -Infinity);
  const isCut = high - settled > 0.25 * (high - low) && settled > low;
  const top = isCut ? settled : high;
  const room = top - low <= 1e-6 * Math.max(1, Math.abs(low)) ? 0.5 : 0.04 * (top - low);
  return { low: low >= 0 ? Math.max(0, low - room) : low - room, high: top + room, cutOff: isCut ? high : null };
}

/** Index of the point nearest to a place; -1 where there is none. */
export function nearest(xs, x) {
  if (xs.length === 0) return -1;
  let low = 0, high = xs.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (xs[middle] < x) low = middle + 1; else high = middle;
  }
  return low > 0 && x - xs[low - 1] <= xs[low] - x ? low - 1 : low;
}
