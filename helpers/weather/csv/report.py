"""What is wrong with a reader's table, said all at once."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np


@dataclass(frozen=True)
class Report:
    """What `helpers.weather.csv.check` found in the `rows` rows of `source`.

    Each of `problems` must be mended before the table can be used; `notes` say what loading does by itself.
    `str(report)` is the whole report as plain text.
    """

    source: str
    rows: int
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether there are no problems."""
        return not self.problems

    def __str__(self) -> str:
        number = len(self.problems)
        found = f"{number} problem{'s' * (number != 1)}" if number else "no problems"
        lines = [f"{self.source}: {found} in {self.rows} rows"]
        lines += [f"  {count}. {problem}" for count, problem in enumerate(self.problems, 1)]
        return "\n".join([*lines, *(f"  Note: {note}" for note in self.notes)])


@dataclass
class Findings:
    """Collects what a `Report` says. `places` are the lines of a file, or the rows of a frame, as `word` says."""

    source: str
    places: np.ndarray
    word: str = "line"
    problems: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def problem(self, text: str) -> None:
        """Add a problem."""
        self.problems.append(text)

    def note(self, number: int, text: str) -> None:
        """Add a note about `number` rows, unless there are none."""
        if number:
            self.notes.append(f"{number} {text}.")

    def place(self, row: int) -> str:
        """Where the reader finds the row at this position: 'line 7' of a file, 'row 5' of a frame."""
        return f"{self.word} {self.places[row]}"

    def rows(self, bad: np.ndarray, expected: str, values=None, hint: str = "", got: str = "other(s)") -> None:
        """Add a problem about the rows where `bad` (rows,) is true, if there are any.

        `expected` starts the sentence. It goes on with how many rows are bad, which is what `got` counts, and with the
        first of them and its value.
        """
        bad = np.asarray(bad)
        if not bad.any():
            return
        first = int(bad.argmax())
        value = "" if values is None else f" {_shown(values[first])}"
        self.problem(f"{expected}, got {int(bad.sum())} {got}, the first{value} in {self.place(first)}{hint}")

    def report(self) -> Report:
        """What was found."""
        return Report(self.source, len(self.places), tuple(self.problems), tuple(self.notes))


def _shown(value: object) -> str:
    return f"{value:g}" if isinstance(value, (float, np.floating)) else repr(value)
