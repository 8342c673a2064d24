// The state of one widget: read it with get, change it with set, hear of changes with subscribe.
export function createStore(state) {
  const listeners = new Set();
  return {
    get: () => state,
    set(changes) {
      state = { ...state, ...changes };
      for (const listener of listeners) listener(state);
    },
    subscribe: (listener) => listeners.add(listener),
  };
}
