"""What the input search keeps: counts as they are counted elsewhere, skill as it is scored elsewhere."""

import numpy as np
import pytest
import torch

from helpers import input_search, metrics, nets, search_scores, sweep, verification
from helpers.weather.parts import Part


def activations(rows=60, instances=4, units=6, inputs=7, seed=0):
    """Units that read some of the inputs, of which each instance sees its own."""
    generator = torch.Generator().manual_seed(seed)
    x = torch.randn(rows, inputs, generator=generator)
    seen = torch.rand(instances, inputs, generator=generator) < 0.5
    seen[:, 0] = True
    W = torch.randn(instances, inputs, units, generator=generator)
    return torch.relu(torch.einsum("bi,niu->bnu", x, W * seen.unsqueeze(-1))), x, seen


def test_counts_are_those_of_the_inputs_that_an_instance_sees():
    units, x, seen = activations()
    units[:, :, -1] = 0
    found = search_scores.counts(units, x, seen)
    for i, own in enumerate(seen):
        r = metrics.correlations(units[:, [i]], x[:, own])
        published = metrics.mean_sensitive_inputs(r, count_silent=False).nan_to_num(0)
        expected = [published, metrics.mean_sensitive_inputs(r[:, :-1]), metrics.mean_sensitive_inputs(r)]
        assert torch.allclose(found[i], torch.cat(expected))


def test_no_unit_is_sensitive_to_what_its_network_does_not_see():
    units, x, seen = activations()
    x[:, -1] = x[:, 0]  # the last input tells what the first does
    seen[:, -1] = False
    frames = search_scores.framed(units, x, seen)
    assert frames[..., 0].any() and not frames[..., -1].any()


def test_an_instance_without_any_frame_has_none_however_counted():
    units, x, seen = activations(instances=2)
    units[:, 0] = 0
    found = search_scores.counts(units, x, seen)
    assert found[0].tolist() == [0, 0, 0] and (found[1] > 0).all()


def test_the_units_that_vary_in_the_shipped_search_are_those_that_are_ever_on():
    full = sweep.read(input_search.RESULTS)
    for place, (name, units) in enumerate({"neurons": 6, "latents": 12}.items()):
        _, living, everyone = np.stack(full[name]).T
        on = units - np.stack(full["dead"])[:, place]
        known = living > 0
        assert known.any() and np.allclose(units * everyone[known] / living[known], on[known])


def test_skill_of_classes_is_their_accuracy_and_csi():
    y = torch.tensor([0, 1, 2, 1])
    answer = torch.nn.functional.one_hot(torch.tensor([[0, 0], [1, 0], [2, 0], [0, 0]]), 3).float()
    accuracy, csi = search_scores.skill(answer, y)
    assert torch.allclose(accuracy, torch.tensor([0.75, 0.25]).double())
    assert torch.allclose(csi, torch.tensor([[0.5, 1.0], [0.0, 0.0]]).double())


def test_a_class_that_neither_came_nor_was_called_has_a_csi_of_zero():
    _, csi = search_scores.skill(torch.eye(3)[[0, 1]].unsqueeze(1), torch.tensor([0, 1]))
    assert csi.tolist() == [[1, 0]]


def test_skill_of_numbers_is_r2_and_no_csi():
    y = torch.tensor([0.0, 1.0, 5.0])
    answer = torch.stack([y, torch.full((3,), 2.0)], 1).unsqueeze(-1)
    r2, csi = search_scores.skill(answer, y)
    assert torch.allclose(r2, verification.r2(y, answer[..., 0])) and r2.tolist() == [1, 0]
    assert csi.shape == (2, 1) and csi.isnan().all()


def test_a_dead_network_has_no_share_unexplained_and_spoils_no_other():
    hidden, _, _ = activations(instances=3)
    copy = 0.9 * hidden
    alone = metrics.fvu(hidden, copy)
    hidden[:, 1] = copy[:, 1] = 0
    found = search_scores.unexplained(hidden, copy)
    assert found[1].isnan() and torch.equal(found[[0, 2]], alone[[0, 2]])
    assert search_scores.unexplained(torch.zeros_like(hidden), copy).isnan().all()


@pytest.fixture
def judged():
    _, x, seen = activations(rows=200)
    net = nets.MLP(7, 6, 3, instances=4, seed=3, seen=seen)
    sae = nets.SparseAutoencoder(6, 12, 4, 5, False)
    y = net(x).argmax(-1)[:, 0]  # what the first network says is true
    with torch.no_grad():
        fitted = net.hidden(x)
    part = Part(x, y, None)
    return search_scores.judged(part, net, sae, fitted, seen, [0, 1000, 2000, 3000]), net, sae, x, seen


def test_each_network_is_judged_with_all_that_is_promised(judged):
    found, net, sae, x, seen = judged
    assert len(found) == 4 and all(isinstance(a, np.ndarray) for one in found for a in one.values())
    with torch.no_grad():
        hidden = net.hidden(x)
        copy, latents = sae(hidden)
    for i, one in enumerate(found):
        shapes = {name: array.shape for name, array in one.items()}
        assert shapes == {
            **dict.fromkeys(("neurons", "latents", "random", "pca"), (3,)),
            **dict.fromkeys(("skill", "spliced", "fvu"), ()),
            **dict.fromkeys(("on", "dead", "csi"), (2,)),
            "sensitive": (2, int(seen[i].sum())),
        }
        assert one["fvu"] == pytest.approx(metrics.fvu(hidden, copy)[i].item())
        assert one["on"] == pytest.approx([(u[:, i] > 0).float().mean().item() for u in (hidden, latents)])
        assert one["dead"].tolist() == [metrics.dead(u)[i].sum().item() for u in (hidden, latents)]
        # The shares of its inputs add up to the mean number of frames per unit.
        assert one["sensitive"].sum(1) == pytest.approx([one["neurons"][2], one["latents"][2]], abs=1e-5)
    assert found[0]["skill"] == 1 and all(one["skill"] < 1 for one in found[1:])


def test_twins_are_on_as_often_as_the_latents_and_have_seeds_of_their_own(judged):
    found, net, sae, x, seen = judged
    with torch.no_grad():
        fitted = net.hidden(x)
    y = net(x).argmax(-1)[:, 0]
    other = search_scores.judged(Part(x, y, None), net, sae, fitted, seen, [7, 1000, 2000, 3000])
    for name in ("neurons", "latents", "pca"):
        assert all(np.array_equal(one[name], two[name]) for one, two in zip(found, other, strict=True))
    assert not np.array_equal(found[0]["random"], other[0]["random"])
    assert all(np.array_equal(found[i]["random"], other[i]["random"]) for i in (1, 2, 3))
