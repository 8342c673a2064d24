"""MyST Markdown as plain Markdown, for readers of the published notebooks in Jupyter and Colab.

Directives become headings, quotes or ``<details>``, roles become text or links, labels go. Code and
mathematics stay as they are.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from posixpath import splitext

OPEN = re.compile(r"^\s*(?P<fence>`{3,}|~{3,}|:{3,})(?:\{(?P<name>[\w:-]+)\})?\s*(?P<title>.*?)\s*$")
OPTION = re.compile(r"^\s*:(?P<key>[\w-]+):\s*(?P<value>.*?)\s*$")
ROLE = re.compile(r"\{(?P<name>[\w:-]+)\}(?P<tick>`+)(?P<text>.+?)(?P=tick)", re.S)
TARGETED = re.compile(r"^(?P<text>.*?)\s*<(?P<target>[^<>]+)>$", re.S)
DROPPED = re.compile(r"^\s*(?:\([\w:.-]+\)=|\+\+\+.*|% .*)\s*$")
EQUATION_LABEL = re.compile(r"^(?P<end>\s*\$\$)\s*\((?P<label>[\w:.-]+)\)\s*$")
LOCAL_LINK = re.compile(r"(?<!!)\[(?P<text>[^\]]*)\]\((?P<target>[\w./-]+\.(?:md|py))(?P<anchor>#[\w-]+)?\)")
SILENT = {"bibliography", "tableofcontents", "contents", "glossary", "raw"}
ENDS = {"exercise-end", "solution-end"}
MARKS = {"math": "$", "sub": "", "sup": "", "kbd": "`", "code": "`", "command": "`", "file": "`"}


@dataclass(frozen=True)
class Site:
    """How to name what a reference points at.

    ``document(target)`` and ``label(target)`` return a title and an address ("" when unknown), ``cite(key)``
    returns author and year, ``equation(label)`` a number, ``run_time(target)`` the measured run time in words.
    """

    document: Callable[[str], tuple[str, str]]
    label: Callable[[str], tuple[str, str]]
    cite: Callable[[str], str]
    equation: Callable[[str], str]
    run_time: Callable[[str], str]


def linked(text: str, address: str) -> str:
    return f"[{text}]({address})" if address else text


def role(name: str, content: str, site: Site) -> str:
    """One role as plain Markdown."""
    match = TARGETED.match(content)
    text, target = (match["text"], match["target"]) if match else ("", content)
    if name == "eq":
        return f"({site.equation(target)})"
    if name in {"doc", "ref", "numref", "prf:ref"}:
        title, address = (site.document if name == "doc" else site.label)(target)
        return linked(text or title, address)
    if name.startswith("cite"):
        works = [site.cite(key.strip()) for key in content.split(",")]
        return " and ".join(works) if name.startswith("cite:t") else f"({'; '.join(works)})"
    if name == "run-time":
        return site.run_time(target)
    if name == "abbr":
        return content
    mark = MARKS.get(name, "")
    return f"{mark}{(content if name in MARKS else text or content)}{mark}"


def inline(line: str, site: Site) -> str:
    """Text with its roles and links between pages written out."""

    def link(match: re.Match) -> str:
        title, address = site.document(splitext(match["target"])[0])
        return linked(match["text"] or title, address and address + (match["anchor"] or ""))

    return LOCAL_LINK.sub(link, ROLE.sub(lambda match: role(match["name"], match["text"], site), line))


def options(lines: list[str]) -> tuple[dict[str, str], list[str]]:
    """A directive's options and the rest of its lines."""
    found = {}
    while lines and (match := OPTION.match(lines[0])):
        found[match["key"]], lines = match["value"], lines[1:]
    return found, lines


def directive(name: str, title: str, lines: list[str], site: Site) -> list[str]:
    """One directive as plain Markdown lines."""
    given, lines = options(lines)
    if name in SILENT:
        return []
    if name in ENDS:  # the cell stays: cells are numbered alike here and in the checks
        return ["---"]
    if name == "math":
        return ["$$", *lines, "$$"]
    if name in {"code", "code-block", "code-cell"}:
        return [f"```{title}", *lines, "```"]
    body = translate(lines, site)
    if name in {"image", "figure"}:
        return [f"*{given.get('alt', '').rstrip('.')}.*" if given.get("alt") else "", *body]
    label = inline(title, site)
    kind, _, gate = name.rpartition("-")
    if gate == "start":  # what follows, up to the end gate, are cells of their own
        name = kind
        label = label if name == "exercise" else ""
    if name == "exercise":
        head = f"#### Exercise: {label}" if label else "#### Exercise"
        return [head, "", *body]
    if name == "solution":
        if gate == "start":
            return ["#### Solution", "", *body]
        return ["<details><summary><b>Solution</b></summary>", "", *body, "", "</details>"]
    label = label or name.partition(":")[2].capitalize() or name.capitalize()
    if name == "dropdown" or "dropdown" in given.get("class", ""):
        return [f"<details><summary><b>{label}</b></summary>", "", *body, "", "</details>"]
    return [f"> **{label}**", ">", *(f"> {line}".rstrip() for line in "\n".join(body).strip("\n").split("\n"))]


def translate(lines: list[str], site: Site) -> list[str]:
    """MyST lines as plain Markdown lines."""
    done: list[str] = []
    prose: list[str] = []  # translated together: a role may run over a line's end

    def flush() -> None:
        if prose:
            done.extend(inline("\n".join(prose), site).split("\n"))
            prose.clear()

    position = 0
    while position < len(lines):
        line = lines[position]
        position += 1
        fence = OPEN.match(line)
        if not fence or not (fence["name"] or fence["fence"][0] != ":") or "`" in fence["title"]:
            if not DROPPED.match(line):
                prose.append(EQUATION_LABEL.sub(lambda m: f"\\tag{{{site.equation(m['label'])}}}\n{m['end']}", line))
            continue
        flush()
        closing = re.compile(rf"^\s*{fence['fence'][0]}{{{len(fence['fence'])},}}\s*$")
        end = next((i for i in range(position, len(lines)) if closing.match(lines[i])), len(lines))
        inside, position = lines[position:end], end + 1
        if fence["name"]:
            done += directive(fence["name"], fence["title"], inside, site)
        else:
            done += [line, *inside, fence["fence"]]
    flush()
    return done


def plain(text: str, site: Site) -> str:
    """MyST Markdown ``text`` as Markdown that Jupyter and Colab show; the number of cells never changes."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(translate(text.split("\n"), site))).strip("\n")
