"""The command line of the sweeps: what it writes, what it trains, and what it refuses."""

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from helpers import monosemanticity, results, settings, sweep_command, table1

TINY = ["steps=8", "features=12", "embedding=4", "neurons=9", "batch_size=16"]
QUIET = ["--quiet", "--device", "cpu", "--size", "live"]


@pytest.fixture
def trained(monkeypatch):
    """The stacks that the command trains."""
    stacks, fit = [], monosemanticity.fit

    def noted(stack, *arguments, **options):
        stacks.append(stack)
        return fit(stack, *arguments, **options)

    monkeypatch.setattr(monosemanticity, "fit", noted)
    return stacks


def command(out, *arguments, changes=TINY):
    """Run the command with settings that make it short."""
    return sweep_command.main([*arguments, "--out", str(out), *QUIET, "--set", *changes])


def seeds(found, batch):
    return sorted({found.runs[i]["seed"] for i in found.of(batch)})


def shell(*arguments, root):
    def hear():  # what was started in the background ignores Ctrl-C, and so would its children
        signal.signal(signal.SIGINT, signal.SIG_DFL)

    return subprocess.Popen(
        [sys.executable, "-m", "helpers.sweep", *arguments],
        cwd=root,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear if os.name == "posix" else None,
    )


def test_it_writes_what_the_runs_gave_and_says_so(tmp_path, trained, capsys):
    out = tmp_path / "deep" / "file.npz"
    assert command(out, "--batch", "LR3", "B1", "--seeds", "0", "3") == 0
    found = results.load(out)
    assert found.batches == ["LR3", "B1"] and seeds(found, "LR3") == seeds(found, "B1") == [0, 3]
    changes = dict(settings.parse(text) for text in TINY)
    expected = [run for batch in found.batches for run in table1.runs(batch, "live", (0, 3), **changes)]
    assert [tuple(run.values())[1:] for run in found.runs] == [tuple(vars(run).values()) for run in expected]
    (alone,) = monosemanticity.fit(expected[-1:], "cpu", progress=False)
    np.testing.assert_allclose(found.loss[-1], alone["loss"], rtol=1e-4)
    assert found.header["size"] == "live"
    assert found.header["command"].startswith("python -m helpers.sweep --batch LR3 B1 --seeds 0 3 --out ")
    shown, progress = capsys.readouterr()
    lines = results.summary(found).splitlines()
    assert [line[:-8] for line in shown.splitlines()[:-1]] == [line[:-8] for line in lines], "biases are kept in short"
    assert shown.splitlines()[-1].startswith(f"written: {out} (0.") and progress == ""


def test_more_seeds_cost_only_themselves(tmp_path, trained):
    out = tmp_path / "file.npz"
    command(out, "--batch", "LR3")
    first = results.load(out)
    command(out, "--batch", "LR3", "--seeds", "0", "1")
    second = results.load(out)
    assert [{run.seed for run in stack} for stack in trained] == [{0}, {1}]
    assert [len(stack) for stack in trained] == [6, 6]
    np.testing.assert_array_equal(second.loss[second.of("LR3", seed=0)], first.loss)
    assert command(out, "--batch", "LR3", "--seeds", "0", "1") == 0 and len(trained) == 2


def test_a_run_that_two_batches_share_is_trained_once(tmp_path, trained):
    command(tmp_path / "file.npz", "--batch", "LR1", "LR2", changes=[*TINY, "distribution=uniform"])
    assert sum(map(len, trained)) == 6
    found = results.load(tmp_path / "file.npz")
    np.testing.assert_array_equal(found.loss[found.of("LR1")], found.loss[found.of("LR2")])


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (["K0", "LR1=2"], {"K0": [5], "LR1": [0, 1]}),
        (["LR1=2", "LR1"], {"LR1": [0, 1]}),
        (["LR1", "LR1=3"], {"LR1": [0, 1, 2]}),
        (["all"], dict.fromkeys("abc", [5])),
        (["all", "b=1"], {"a": [5], "b": [0], "c": [5]}),
        (["b=1", "all"], {"b": [0], "a": [5], "c": [5]}),
        (["all=2", "OPT"], dict.fromkeys("abc", [0, 1]) | {"OPT": [5]}),
    ],
)
def test_batches_may_have_seeds_of_their_own(asked, expected):
    assert sweep_command._seeds(asked, [5], list("abc")) == expected


def test_any_setting_may_be_set(tmp_path, trained):
    fields = {
        "task": "abs", "activation": "gelu", "distribution": "power_law", "eps": "0.25", "decay_rate": "0.5",
        "bias_offset": "-0.25", "l1": "0.125", "optimizer": "adamw", "schedule": "cosine", "warmup": "2",
        "momentum": "0.5", "weight_decay": "0.5", "seed": "7", "learning_rate": "0.5",
    }  # fmt: skip
    settings = [*TINY, *(f"{name}={value}" for name, value in fields.items())]
    command(tmp_path / "file.npz", "--batch", "LR1", changes=settings)
    ((run,),) = trained
    assert {f"{name}={value}" for name, value in vars(run).items()} == set(settings)


def test_curves_only(tmp_path, trained):
    command(tmp_path / "file.npz", "--batch", "LR3", "--curves-only")
    assert results.load(tmp_path / "file.npz").details == {}


def test_little_memory_makes_small_stacks(tmp_path, trained):
    command(tmp_path / "file.npz", "--batch", "LR3", "--memory", "0.0000001")
    assert [len(stack) for stack in trained] == [1] * 6


@pytest.mark.parametrize("activation", ["relu", "solu"])
def test_a_run_that_diverges_is_named_and_left_out_of_the_averages(tmp_path, capsys, activation):
    changes = [*TINY, "optimizer=sgd", "schedule=constant", "eps=0.5", "decay_rate=0"]
    command(
        tmp_path / "wild.npz", "--batch", "LR1", changes=[*changes, "learning_rate=1e10", f"activation={activation}"]
    )
    found, shown = results.load(tmp_path / "wild.npz"), capsys.readouterr().out
    (at,) = found.stopped
    assert at >= 0 and f"stopped: LR1 learning_rate=10000000000.0, seed=0 diverged at step {at} and is" in shown
    assert shown.splitlines()[1].split()[:3] == ["10000000000.0", "0", "nan"]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--batch", "LR9"], "unknown batch 'LR9': expected one of LR1, LR2"),
        (["--batch", "LR1=0"], "expected a batch as NAME or NAME=COUNT with a number of seeds, got 'LR1=0'"),
        (["--batch", "LR1="], "expected a batch as NAME or NAME=COUNT with a number of seeds, got 'LR1='"),
        (["--batch", "LR1=-1"], "expected a batch as NAME or NAME=COUNT with a number of seeds, got 'LR1=-1'"),
        (["--batch", "K0", "--set", "neurons=0"], "neurons must be a positive integer, got 0"),
        (["--batch", "LR1", "--set", "k=0"], "expected name=value with a name of task, "),
        (["--batch", "LR1", "--set", "eps=0"], "eps must be a number in (0, 1], got 0.0"),
        (["--batch", "LR1", "--set", "eps=1.01"], "eps must be a number in (0, 1], got 1.01"),
        (["--batch", "LR1", "--set", "eps=nan"], "eps must be a number in (0, 1], got nan"),
        (["--batch", "LR1", "--set", "steps=many"], "steps must be of type int, got 'many'"),
        (["--batch", "LR1", "--size", "huge"], "invalid choice: 'huge'"),
        (["--batch", "LR1", "--seeds", "one"], "invalid int value: 'one'"),
        (["--batch", "LR1", "--device", "gpu"], "unknown device 'gpu': expected one of auto, cpu, cuda, mps"),
        (["--batch", "LR1", "--device", "mps"], "device 'mps' is not available on this machine"),
        (["--batch", "LR1", "--memory", "0"], "--memory must be a positive number of GiB, got 0"),
        (["--batch", "LR1", "--memory", "inf"], "--memory must be a positive number of GiB, got inf"),
        (["--batch", "LR1", "--memory", "nan"], "--memory must be a positive number of GiB, got nan"),
        (["--batch"], "expected at least one argument"),
        ([], "the following arguments are required: --batch"),
    ],
)
def test_bad_input_is_one_line_and_trains_nothing(tmp_path, capsys, trained, monkeypatch, arguments, message):
    monkeypatch.setattr("torch.backends.mps.is_available", lambda: False)
    with pytest.raises(SystemExit) as stop:
        sweep_command.main([*arguments, "--out", str(tmp_path / "file.npz")])
    assert stop.value.code == 2 and trained == []
    (*_, last) = capsys.readouterr().err.strip().splitlines()
    assert message in last and not (tmp_path / "file.npz").exists()


def test_help_names_batches_and_options(root):
    child = shell("--help", root=root)
    shown, problem = child.communicate(timeout=120)
    assert child.returncode == 0 and problem == ""
    assert all(name in shown for name in [*table1.table(), "OPT", "--set", "--seeds", "--curves-only", "--memory"])


def test_an_interrupt_is_no_error_and_the_same_command_goes_on(tmp_path, trained, monkeypatch, capsys):
    whole, count = monosemanticity.fit, []

    def pressed(stack, *arguments, **options):
        count.append(stack)
        if len(count) == 2:
            raise KeyboardInterrupt
        return whole(stack, *arguments, **options)

    monkeypatch.setattr(monosemanticity, "fit", pressed)
    asked = (tmp_path / "file.npz", "--batch", "LR3", "LR5", "--memory", "0.01")
    assert command(*asked) == 130
    assert "goes on from the last finished stack" in capsys.readouterr().err and not asked[0].exists()
    assert command(*asked) == 0
    runs = [run for stack in trained for run in stack]
    assert len(runs) == len(set(runs)) == 12, "no run was trained twice"


@pytest.mark.skipif(sys.platform == "win32", reason="SIGINT to a child is a POSIX signal")
def test_ctrl_c_in_a_shell_has_the_status_of_an_interrupt(tmp_path, root):
    changes = [*TINY[1:], "steps=4999"]
    child = shell("--batch", "all", "--out", str(tmp_path / "file"), *QUIET, "--set", *changes, root=root)
    deadline = time.monotonic() + 60
    while not (tmp_path / "file.parts").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    child.send_signal(signal.SIGINT)
    _, problem = child.communicate(timeout=120)
    # Python ends itself by the signal if it came while a text was being executed; a shell calls both 130.
    assert child.returncode in (130, -signal.SIGINT) and "interrupted: the same command goes on" in problem
    assert "Traceback" not in problem and not (tmp_path / "file").exists()
