"""Put the weights that the monosemanticity explorer shows beside the pages, in small scripts.

A page's widget holds the curves of all batches and loads such a script when a reader looks at the neurons in it.
``explorer_results`` names the file of results, relative to the project; where there is none, nothing is written.
"""

from pathlib import Path

FOLDER = Path("_static/explorer")
CODE = Path(__file__).parents[2] / "helpers/widgets/explorer"


def outdated(source: Path, target: Path) -> bool:
    """Whether the scripts in ``target`` are missing, or older than ``source`` or than the code that makes them."""
    made = [path.stat().st_mtime for path in target.glob("*.js")]
    return not made or min(made) < max(path.stat().st_mtime for path in (source, Path(__file__), *CODE.glob("*.py")))


def write(source: Path, target: Path) -> None:
    """Fill ``target`` with the scripts of all results in ``source``, and remove those of earlier results."""
    # Here, not above: a build that has nothing to write need not wait for them.
    from helpers.results import load
    from helpers.widgets.explorer.details import fingerprint, piece_name, places, script

    results = load(source)
    target.mkdir(parents=True, exist_ok=True)
    for old in target.glob("*.js"):
        old.unlink()
    mark = fingerprint(results)
    for batch, second in places(results):
        (target / f"{piece_name(mark, batch, second)}.js").write_text(script(results, mark, batch, second), "utf8")


def add_pieces(app) -> None:
    """Write before any page is built."""
    source, target = Path(app.srcdir, app.config.explorer_results), Path(app.outdir, FOLDER)
    if app.builder.format == "html" and source.exists() and outdated(source, target):
        write(source, target)


def setup(app):
    app.add_config_value("explorer_results", "helpers/data/table1_laptop.npz", "html", str)
    app.connect("builder-inited", add_pieces)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
