// Elements are made here, and text of runs comes into the page as text only: nothing is ever parsed as markup.

const svgSpace = "http://www.w3.org/2000/svg";

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value !== null && value !== undefined && value !== false)
      element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children.filter(child => child !== null && child !== undefined));
  return element;
}

export const html = (name, attributes, ...children) => fill(document.createElement(name), attributes, children);

export const svg = (name, attributes, ...children) =>
  fill(document.createElementNS(svgSpace, name), attributes, children);

/** Writes only what has changed, so that selections stay and readers of screens are left alone. */
export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

/** Shapes beside colours: four of them, six colours, and dashes for the rest. */
export const look = index => ({
  color: `s${index % 6}`,
  dash: ["", "7 3", "2 3"][Math.floor(index / 6) % 3],
  shape: index % 4,
});

export function marker(index, x, y, name = "mark") {
  const at = `M${x.toFixed(1)} ${y.toFixed(1)}`;
  const path = [
    `${at}m-3.6 0a3.6 3.6 0 1 0 7.2 0a3.6 3.6 0 1 0 -7.2 0z`, `${at}m-3.4 -3.400h6.800v6.800h-6.800z`,
    `${at}m0 -4.600l4.300 7.600h-8.600z`, `${at}m0 -4.800l4.800 4.800l-4.800 4.800l-4.800 -4.800z`,
  ][look(index).shape];
  return svg("path", { class: name, d: path });
}

/** A piece of a run's line, for legends. */
export function sample(index) {
  const { color, dash } = look(index);
  return svg("svg", { class: `sample ${color}`, width: 26, height: 12, viewBox: "0 0 26 12", "aria-hidden": "true" },
    svg("path", { class: "line smooth", "stroke-dasharray": dash || null, d: "M1 6H25" }), marker(index, 13, 6));
}
