"""The repository keeps its own rules: what git holds, what is pinned, and what Colab need not reinstall."""

import ast
import re
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import packages_distributions

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

# What Colab's GPU runtime had installed in June 2026 (googlecolab/backend-info, pip-freeze.gpu.txt).
COLAB = {
    "anywidget": "0.9.21",
    "h5netcdf": "1.8.1",
    "h5py": "3.16.0",
    "ipywidgets": "7.7.1",
    "matplotlib": "3.10.0",
    "numpy": "2.0.2",
    "pandas": "2.2.2",
    "pooch": "1.9.0",
    "pyarrow": "18.1.0",
    "pyyaml": "6.0.3",
    "safetensors": "0.7.0",
    "scikit-learn": "1.6.1",
    "scipy": "1.16.3",
    "seaborn": "0.13.2",
    "torch": "2.11.0+cu128",
    "tqdm": "4.67.3",
    "xarray": "2025.12.0",
}
# What Colab installs beside them: pure Python, with nothing below it that Colab has in another version.
NEW_TO_COLAB = {"pint"}
# A home folder is where an absolute path gives away whose machine it was.
HOME = re.compile(r"(?<![\w.])/(?:home|root|Users)/\w")


def git(root, *arguments):
    # A container often runs as another user than the one who cloned, which git refuses unless told.
    command = ["git", "-c", "safe.directory=*", *arguments]
    return subprocess.run(command, cwd=root, capture_output=True, text=True)


@pytest.fixture(scope="module")
def files(root):
    """Every file that git holds or would take up, as paths relative to the root."""
    listed = git(root, "ls-files", "--cached", "--others", "--exclude-standard")
    if listed.returncode:
        pytest.skip("not a git checkout: nothing to list")
    found = [name for name in listed.stdout.splitlines() if (root / name).is_file()]
    assert "pyproject.toml" in found
    return found


@pytest.fixture(scope="module")
def project(root):
    return tomllib.loads((root / "pyproject.toml").read_text("utf8"))["project"]


@pytest.fixture(scope="module")
def locked(root):
    """Distribution name -> pinned version."""
    pins = {}
    for line in (root / "requirements.lock").read_text("utf8").splitlines():
        if line and not line.startswith("#"):
            name, version = line.split("==")
            pins[canonicalize_name(name)] = version
    return pins


def test_git_holds_no_notebook(files):
    assert [name for name in files if name.endswith(".ipynb")] == []


@pytest.mark.parametrize("product", ["notebooks/02_five_features.ipynb", "_build/html/index.html", ".venv/x"])
def test_build_products_are_ignored(root, files, product):
    assert git(root, "check-ignore", "--quiet", product).returncode == 0


def test_the_scripts_themselves_are_not_ignored(root, files):
    assert git(root, "check-ignore", "--quiet", "notebooks/02_five_features.py").returncode == 1


def test_no_file_names_a_home_folder(root, files):
    guilty = []
    for name in files:
        try:
            text = (root / name).read_text("utf8")
        except UnicodeDecodeError:
            continue
        guilty += [f"{name}: {match[0]}" for match in HOME.finditer(text)]
    assert guilty == []


def test_the_home_folder_pattern_can_match():
    slash = "/"
    assert HOME.search(f"open('{slash}home{slash}someone{slash}data.csv')")
    assert HOME.search(f"{slash}Users{slash}someone")
    assert not HOME.search("https://example.org/home/page")


def test_versions_agree(root, project):
    citation = yaml.safe_load((root / "CITATION.cff").read_text("utf8"))
    newest = re.search(r"^## \[([^\]]+)\]", (root / "CHANGELOG.md").read_text("utf8"), re.MULTILINE)
    assert str(citation["version"]) == project["version"]
    assert newest[1] == project["version"]


def test_readme_starts_with_the_two_commands(root):
    commands = re.findall(r"^ {4}(make \w+)", (root / "README.md").read_text("utf8"), re.MULTILINE)
    assert commands[:2] == ["make book", "make test"]


def test_the_lock_pins_every_direct_dependency_within_its_bounds(project, locked):
    extras = project["optional-dependencies"]
    for text in project["dependencies"] + extras["book"] + extras["test"]:
        wanted = Requirement(text)
        name = canonicalize_name(wanted.name)
        assert name in locked, f"{name} is missing from requirements.lock"
        assert wanted.specifier.contains(locked[name]), f"the lock has {name} {locked[name]}, wanted {text}"


def test_the_lock_brings_no_cuda(locked):
    assert [name for name in locked if re.match(r"nvidia|triton|cuda", name)] == []


def test_colab_keeps_what_it_has(project):
    replaced = []
    for text in project["dependencies"]:
        wanted = Requirement(text)
        if wanted.name in NEW_TO_COLAB:
            continue
        if wanted.name not in COLAB or not wanted.specifier.contains(COLAB[wanted.name]):
            replaced.append(text)
    assert replaced == [], "Colab would install these anew"


def test_what_the_helpers_import_is_declared(root, project):
    declared = {canonicalize_name(Requirement(text).name) for text in project["dependencies"]}
    declared |= {"ipython", "traitlets"}  # ipywidgets is made of them
    extras = [text for name in ("cluster", "language") for text in project["optional-dependencies"][name]]
    optional = {canonicalize_name(Requirement(text).name) for text in extras}
    owners = packages_distributions()
    undeclared = set()
    for path in [*(root / "helpers").rglob("*.py"), *(root / "notebooks").glob("*.py")]:
        tree = ast.parse(path.read_text("utf8"))
        for node in ast.walk(tree):
            # What a function imports may be an extra: nobody else needs it.
            allowed = declared if node in tree.body else declared | optional
            names = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and not node.level:
                names = [node.module]
            for name in {name.partition(".")[0] for name in names} - {"helpers", *sys.stdlib_module_names}:
                if not allowed & {canonicalize_name(owner) for owner in owners.get(name, [])}:
                    undeclared.add(f"{path.relative_to(root)}: {name}")
    assert undeclared == set()


def test_the_wheel_carries_the_helpers_the_claims_and_the_host_of_widgets(root, files, tmp_path):
    build = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    subprocess.run(build, cwd=root, check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        packed = set(wheel.namelist())
    wanted = {name for name in files if name.startswith("helpers/")}
    wanted |= {"helpers/book/claims.yml", "helpers/book/_static/anywidget-host.js"}
    assert wanted - packed == set()


def test_contents_and_chapters_agree(root):
    def listed(node):
        if isinstance(node, dict):
            yield from ([node["file"]] if "file" in node else [])
            node = [value for value in node.values() if isinstance(value, list | dict)]
        if isinstance(node, list):
            for child in node:
                yield from listed(child)

    toc = yaml.safe_load((root / "_toc.yml").read_text("utf8"))
    pages = {toc["root"], *listed(toc)}
    chapters = {f"notebooks/{path.stem}" for path in (root / "notebooks").glob("*.py")}
    assert {page for page in pages if page.startswith("notebooks/")} == chapters
    missing = [page for page in pages - chapters if not (root / f"{page}.md").is_file()]
    assert missing == []


def test_every_machine_gets_the_same_pins(root):
    conda = yaml.safe_load((root / "environment.yml").read_text("utf8"))
    pip = next(item["pip"] for item in conda["dependencies"] if isinstance(item, dict))
    assert "--requirement requirements.lock" in pip
    assert any("download.pytorch.org/whl/cpu" in line for line in pip), "conda would fetch the CUDA build"
    assert git(root, "ls-files", "--stage", "postBuild").stdout[:6] in {"", "100755"}, "Binder runs postBuild"
    assert (root / "postBuild").stat().st_mode & 0o111, "Binder runs postBuild"
