"""Join a widget's JavaScript files into the one module that anywidget wants."""

import re
from pathlib import Path

IMPORT = re.compile(r'^import [^"]*"(\.{1,2}/[^"]+)";\n', re.M)
#: Comment lines and indentation: the text is in every page that shows the widget.
SPARE = re.compile(r"^(?:\s*//.*\n|[ \t]+|\n)", re.M)


def bundle(entry: Path) -> str:
    """Return the module at ``entry`` with the modules it imports by relative paths written in before it, once each.

    Comment lines and indentation are left out. Names must be unique over the files, imports must not rename, and no
    string may run over several lines. Raises ``FileNotFoundError`` for an import of
    a missing file.
    """
    texts: dict[Path, str] = {}

    def add(path: Path) -> None:
        if path in texts:
            return
        source = path.read_text("utf8")
        texts[path] = ""  # a circle of imports ends here
        for name in IMPORT.findall(source):
            add((path.parent / name).resolve())
        # Delete and insert again: a module comes after all that it imports.
        del texts[path]
        texts[path] = IMPORT.sub("", source)

    add(entry.resolve())
    return "".join(SPARE.sub("", text) for text in texts.values())
