// Make elements. Text goes in through textContent only, so nothing in the data can become markup.
function fill(node, attributes, parent) {
  const { text, ...rest } = attributes;
  for (const [name, value] of Object.entries(rest)) node.setAttribute(name, value);
  if (text !== undefined) node.textContent = text;
  parent?.append(node);
  return node;
}

export const html = (tag, attributes = {}, parent = null) => fill(document.createElement(tag), attributes, parent);
export const svg = (tag, attributes = {}, parent = null) =>
  fill(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, parent);
export const assign = (node, attributes) => fill(node, attributes);

// For what a finger drags: the page must not scroll instead. CSS (touch-action) does not hold for parts of a drawing.
export const keepFinger = (node) =>
  node.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });

// A tip in a canvas that follows the pointer: to(x, y) hears where it is, in the canvas's own units.
export function draggable(tip, canvas, to) {
  keepFinger(tip);
  tip.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    tip.focus();
    tip.setPointerCapture(event.pointerId);
  });
  tip.addEventListener("pointermove", (event) => {
    if (!tip.hasPointerCapture(event.pointerId)) return;
    const { x, y } = new DOMPoint(event.clientX, event.clientY).matrixTransform(canvas.getScreenCTM().inverse());
    to(x, y);
  });
}

// A minus sign as wide as a plus sign, and no "-0.00".
export const number = (value, digits = 2) => value.toFixed(digits).replace(/^-(0\.?0*)$/, "$1").replace("-", "\u2212");
