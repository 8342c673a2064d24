"""Read percent scripts as notebooks, so that a page *is* its script: no header, no stored outputs.

The execution cache knows only the cells. What else an output depends on, the helper modules that the cells
import and the data files beside them, goes into the kernelspec as a digest: an edit there runs the chapters
that import it again, and no others.
"""

import ast
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from hashlib import sha256
from pathlib import Path

import jupytext
from IPython.core.inputtransformer2 import TransformerManager

ROOT = Path(__file__).parents[2]
CLAIMS = Path("book/claims.yml")  # read by helpers.scorecard, from outside its own folder
LOCK = "requirements.lock"


def imported(tree: ast.AST, package: str) -> Iterator[str]:
    """Names that may be modules, for each import statement in a module that lies in ``package``."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            parts = package.split(".")
            base = parts[: len(parts) - node.level + 1] if node.level else []
            name = ".".join([*base, *filter(None, [node.module])])
            yield name
            yield from (f"{name}.{alias.name}" for alias in node.names)


@cache
def imported_by(path: Path, package: str, changed: int) -> tuple[str, ...]:
    """``imported`` of the module at ``path``, once for all chapters as long as nothing has ``changed`` it."""
    return tuple(imported(ast.parse(path.read_text("utf8")), package))


def data_files(folder: Path) -> Iterator[Path]:
    """Files beside a module that are not Python: styles, scripts, tables; packages below look after theirs."""
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name != "__pycache__" and not (path / "__init__.py").exists():
            yield from data_files(path)
        elif path.is_file() and path.suffix not in {".py", ".pyc"}:
            yield path


def dependencies(source: str, root: Path = ROOT, package: str = "helpers") -> list[Path]:
    """Every file below ``root`` that Python code ``source`` reads by importing from ``package``, sorted."""
    found: set[Path] = set()
    queue = [tuple(imported(ast.parse(source), ""))]
    while queue:
        for name in queue.pop():
            parts = name.split(".")
            if parts[0] != package:
                continue
            for depth in range(1, len(parts) + 1):  # importing a.b.c also runs a and a.b
                base = root.joinpath(*parts[:depth])
                for path in (base / "__init__.py", base.with_suffix(".py")):
                    if path.is_file() and path not in found:
                        found |= {path, *data_files(path.parent)}
                        home = path.parent.relative_to(root).parts
                        queue.append(imported_by(path, ".".join(home), path.stat().st_mtime_ns))
    if root / package / "scorecard.py" in found and (root / CLAIMS).is_file():
        found.add(root / CLAIMS)
    if (root / LOCK).is_file():  # another torch gives other numbers
        found.add(root / LOCK)
    return sorted(found)


def read(text: str):
    """The notebook that a percent script stands for; its kernelspec names Python and digests the helpers."""
    notebook = jupytext.reads(text, fmt="py:percent")
    notebook.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
        "helpers": fingerprint(code_of(notebook.cells)),
    }
    return notebook


def code_of(cells: list) -> str:
    """The code cells of a notebook as plain Python: magics and shell lines become ordinary calls.

    A cell that is not valid Python is left out: it imports nothing, and running it will say what is wrong.
    """
    found = []
    for cell in cells:
        if cell.cell_type == "code":
            source = TransformerManager().transform_cell(cell.source)
            with suppress(SyntaxError):
                ast.parse(source)
                found.append(source)
    return "\n".join(found)


def code(text: str) -> str:
    """``code_of`` the cells of a percent script."""
    return code_of(jupytext.reads(text, fmt="py:percent").cells)


def fingerprint(source: str) -> str:
    """A digest of the helper files behind plain Python code."""
    return sha256(b"".join(path.read_bytes() for path in dependencies(source))).hexdigest()[:16]


def digest(text: str) -> str:
    """The fingerprint of a percent script."""
    return fingerprint(code(text))


def note_dependencies(app, docname: str, source: list[str]) -> None:
    """Have Sphinx read a page again when a helper file behind it changes; what is the same stays in the cache."""
    if app.env.doc2path(docname).endswith(".py"):
        for path in dependencies(code(source[0])):
            app.env.note_dependency(str(path))


def setup(app):
    app.connect("source-read", note_dependencies)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
