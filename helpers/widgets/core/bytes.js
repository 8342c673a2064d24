// Numbers that travel as base64, in little-endian order. No DOM.
export const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));

export function floats(text, bits = 32) {
  const view = new DataView(bytes(text).buffer);
  const size = bits / 8;
  const read = bits === 64 ? (k) => view.getFloat64(size * k, true) : (k) => view.getFloat32(size * k, true);
  return Float64Array.from({ length: Math.floor(view.byteLength / size) }, (_, k) => read(k));
}

// Rows of directions from the 16-bit integers they travel as.
export function readRows(text, inputs) {
  const view = new DataView(bytes(text).buffer);
  return Array.from({ length: view.byteLength / (2 * inputs) }, (_, row) => {
    return Float64Array.from({ length: inputs }, (_, k) => view.getInt16(2 * (row * inputs + k), true));
  });
}
