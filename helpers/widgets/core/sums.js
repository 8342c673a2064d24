// Sums and means of lists. No DOM.
export const sumOf = (values) => values.reduce((sum, value) => sum + value, 0);
export const meanOf = (values) => sumOf(values) / values.length;
