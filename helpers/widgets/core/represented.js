export const REPRESENTED = 0.5; // a feature whose arrow is at least this long counts as represented
