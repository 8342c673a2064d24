import { radios, select } from "../view/choice.js";
import { html, number } from "../view/dom.js";
import { panel } from "../view/panel.js";
import { capital } from "../view/parts.js";
import { heatTable } from "./heat_table.js";
import { noteUnder } from "./words.js";

const MOST_BUTTONS = 4;

const counted = (count, word) => `${count} ${word}${count === 1 ? "" : "s"}`;

// The numbers of one cell in words.
function cellSentence([data, , condition], measure, against, numbers) {
  const what = `${capital(data)}; ${condition}; ${measure}`;
  if (!numbers) return `${what}: not measured against ${against}.`;
  const [raw, baseline, adjusted, low, high, pairs, empty] = numbers;
  const left = empty ? `, ${counted(empty, "other")} had no number` : "";
  if (adjusted === null) return `${what}: no number (${counted(pairs, "pair")}${left}).`;
  return `${what}: adjusted ${number(adjusted)} (95%: ${number(low)} to ${number(high)}); raw ${number(raw)}, ${against} ${number(baseline)}; ${counted(pairs, "pair")}${left}.`;
}

// A heat map of conditions. set(changes) hears of another table. Returns a function that draws { data, against }.
export function conditionsView(root, { measures, against: baselines, rows, cells }, set) {
  const figure = panel(root, "conditions", "Under which conditions do dictionaries agree?");
  const worlds = [...new Set(rows.map(([data]) => data))];
  const choose = html("div", { class: "choose" }, figure);
  const among = (list) => (list.length > MOST_BUTTONS ? select : radios);
  const options = (list) => list.map((text, k) => [String(k), text]);
  const data = among(worlds)(choose, { name: "Data", options: options(worlds) }, (value) => set({ data: Number(value) }));
  const against = among(baselines)(choose, { name: "Adjusted for", options: options(baselines) }, (value) => set({ against: Number(value) }));
  const draw = heatTable(figure, { name: "Agreement by condition and measure", slanted: true });
  noteUnder(figure, "Hundredths of the way from the baseline (0) to full agreement (100), means over pairs; orange is below the baseline. " +
    "A dash: fewer than three pairs have a number.");
  const columns = measures.map((name) => ({ short: name, name }));
  return (state) => {
    data(String(state.data));
    against(String(state.against));
    const groups = new Map();
    rows.forEach((row, r) => {
      if (row[0] !== worlds[state.data]) return;
      const own = cells[state.against][r];
      const line = {
        name: row[2],
        cells: measures.map((measure, m) => ({ value: own[m]?.[2] ?? null, says: () => cellSentence(row, measure, baselines[state.against], own[m]) })),
      };
      groups.set(row[1], [...(groups.get(row[1]) ?? []), line]);
    });
    draw({ columns, groups: [...groups].map(([title, lines]) => ({ title, rows: lines })) });
  };
}
