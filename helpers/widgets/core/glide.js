// From one arrangement of arrows to the next. No DOM: the caller owns the clock.

// Slow at both ends.
const ease = (part) => part * part * (3 - 2 * part);

// W at a part (0 to 1) of the way; an arrow that is in one of the two only grows from the origin or shrinks to it.
export function between(from, to, part) {
  const origin = [0, 0];
  return Array.from({ length: Math.max(from.length, to.length) }, (_, i) => {
    const [a, b] = [from[i] ?? origin, to[i] ?? origin];
    return a.map((value, axis) => value + ease(part) * (b[axis] - value));
  });
}
