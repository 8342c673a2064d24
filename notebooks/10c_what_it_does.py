

# %% [markdown]
# # 10c · What does a latent do?
#
# You will silence latents, hold them and turn them up, see what the networks answer, and find out whether they do what their explanations promise.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 45 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`10_reading_features` and {doc}`10b_what_it_means`. **Helpful:** {doc}`09_autoencoder`.
# - **You will be able to** *ablate*, *clamp* and *steer* a unit, *judge* how far steering leaves the ordinary, *test* an explanation by what it predicts, *tell* a cause from a companion, and *recognise* a unit that reads well and does nothing.
# :::
#
# ## Warm up
#
# :::{dropdown} A latent is on in rain and off in snow. You hold it high. Does the network answer 'rain'?
# Not necessarily. It may be on in rain to *correct* what other units overdo. What goes with a unit is one thing, what it pushes is another.
# :::
#
# :::{dropdown} Two causes of the weather nearly always come together. Can a correlation tell which of them a latent answers to?
# No, however many rows you have. You would have to change one and leave the other. A simulator can.
# :::
#
# :::{dropdown} You look through six hundred units and show the one that is easiest to explain. What have you shown?
# That you looked through six hundred units. Say what the best of six hundred would be where there is nothing to find.
# :::
#
# ## Take it away
#
# Fetch the fifty classifiers and the fifty regressors of {doc}`10_reading_features` with their autoencoders. As there, the table is the simulator's, whatever `SNOWFALL_WEATHER` says. Part three judges. Nothing is trained in this chapter, so gradients are switched off.

# %%
import torch

from helpers import plots, zoo

torch.set_num_threads(1)  # for models this small, threads wait for each other
plots.house()
copies = zoo.snow_autoencoders()
torch.set_grad_enabled(False)

parts, net, sae = copies["labels"]["phase"]
neurons = net.hidden(parts.test.x)
latents = sae.encode(neurons)
living = latents.std(0) > 0

# %% [markdown]
# To learn what a unit *does*, change it and let the network go on. Hold latent number `which` at a value in every row, decode, and read the answer: the probabilities of rain, snow and mixed.
#
# The value gives the experiment its name. {term}`Ablation <ablation>` holds a latent at its mean, so that it says the same in every row. {term}`Clamping <clamping>` holds it at any value you like. {term}`Steering <steering>` is clamping it high, to see where it pushes.


# %%
def answer(latents):
    return net.output(sae.decode(latents)).softmax(-1)


def held(units, which, value):
    changed = units.clone()
    changed[..., which] = value
    return changed


# %% tags=["nbval-check-output"]
from helpers import attribution

run = attribution.through(net, sae)
silent = held(latents, 3, latents[..., 3].mean(0))
print(torch.equal(silent, attribution.clamped(latents, 3)))
print(torch.allclose(answer(silent), run(silent).softmax(-1)))

# %% [markdown]
# Ablate the latents of network 0, one at a time. What happens to the probability of the *right* answer, in rows of rain, of snow, and of both mixed?

# %%
PHASES = ["rain", "snow", "mixed"]
right = torch.nn.functional.one_hot(parts.test.y, 3).float()


def given_to_the_truth(latents):  # (networks, phases)
    return torch.einsum("bnp,bp->np", answer(latents), right) / right.sum(0)


costs = attribution.ablations(latents, given_to_the_truth)

# %% mystnb={"image": {"alt": "Change of the probability of the right answer on ablating each of twelve latents of network 0, in rows of rain, snow and mixed. One latent takes most of the probability of snow away and gives a little to mixed; a few others have small effects and the rest none."}}
names = [f"latent {i}" for i in range(latents.shape[-1])]
ax = plots.heatmap(costs[0], names, PHASES, digits=2, label="change of probability")
ax.set(xlabel="what fell");

# %% [markdown]
# **Takeaway.** Most rows of the map are pale. A few latents change much, and often one phase gains what another loses: the probability moved, rather than got worse everywhere.
#
# Now all fifty networks, both tasks, and scores: the {term}`CSI` of snow and of mixed, and $R^2$ of the regressors. Every claim about latents deserves its twin about other units. So ablate the *neurons* as well, and the components of {term}`PCA`. Components go back to the layer without loss. (Random dictionaries have no way back: nobody trained a decoder for them.)


# %%
def components(fitted, hidden):
    centre = fitted.mean(0)
    axes = torch.linalg.svd((fitted - centre).transpose(0, 1), full_matrices=False).Vh
    scores = torch.einsum("bnh,nkh->bnk", hidden - centre, axes)
    return scores, lambda s: torch.einsum("bnk,nkh->bnh", s, axes) + centre


def views(parts, net, sae):  # kinds of units, each with the way to the output
    hidden = net.hidden(parts.test.x)
    scores, back = components(net.hidden(parts.sae.x), hidden)
    return {
        "latents": (sae.encode(hidden), attribution.through(net, sae)),
        "neurons": (hidden, net.output),
        "PCA": (scores, lambda s: net.output(back(s))),
    }


# %%
from helpers import verification


def csi(z):  # of rain, snow and mixed
    counts = verification.confusion(parts.test.y, z.argmax(-1), 3)
    return verification.class_scores(counts).csi.nan_to_num(0)


def r2(z):
    return verification.r2(copies["labels"]["rate"].parts.test.y, z[..., 0])


def ablated(copied, score):
    each = views(*copied).items()
    return {k: attribution.ablations(u, lambda u, run=run: score(run(u))) for k, (u, run) in each}


scores = {"phase": csi, "rate": r2}
lost = {kind: ablated(one, scores[kind]) for kind, one in copies["labels"].items()}


# %% mystnb={"image": {"alt": "Three panels of the change on ablation against the rank of the unit, medians over fifty networks with bars, for latents, neurons and PCA. CSI of snow: the first latent and the first component lose nearly all, the first neuron less and with a long bar; all further ranks are near zero. CSI of mixed: losses shrink from about 0.2, and the last ranks gain. R squared of the rate: neurons lose most, latents and PCA less."}}
from helpers import effect_plots

panels = {f"CSI of {p}": {k: v[..., i] for k, v in lost["phase"].items()} for i, p in enumerate(PHASES) if i}
effect_plots.ranks(panels | {"R² of the rate": lost["rate"]});

# %% [markdown]
# **Takeaway.** In every kind of unit a few do most of the work, and most do next to none. In most networks one latent carries the snow. Losing it usually costs more than losing the most useful neuron. For the rate it is the other way round. And PCA, which nobody trained to be sparse, concentrates the snow at least as much.
#
# So 'one latent carries the forecast' is true, and it is no sign of understanding. Look at the right end of each cloud, too: there are units whose ablation *raises* the score of mixed. The scores were taken on weather that is unlike the training's, with more rain, and the threshold between two answers is not moved. A part of each loss is just a shifted probability.
#
# Try `value=0.0` in `ablations`. A silent latent and a mean one are different networks, as the first exercise shows.
#
# ## Turn it up
#
# Hold a latent at a multiple of its own largest value and read the mean answer: a {term}`dose-response curve`. Dose 0 is silence, dose 1 the most that it ever says on its own, all the time. Take the latent of each network that snow needs most.

# %%
doses = torch.linspace(0, 2, 9)
kinds = range(latents.shape[-1])
curve = [attribution.dose_response(latents, i, doses.tolist(), answer) for i in kinds]
curve = torch.stack(curve, 2)  # (doses, networks, latents, phases)
needed = lost["phase"]["latents"][..., 1].argmin(1)
strongest = curve[:, range(len(needed)), needed]

# %% [markdown]
# How far from the ordinary does steering lead? Any row of the layer is near some other: weather repeats itself. A steered row may be near none. For each dose, measure the distance to the nearest real activation of *another* storm, as a multiple of what is usual for real rows. Steer one unit at a time, and average over the living units of a network.

# %%
import numpy as np

storms, storm = np.unique(parts.test.truth.storm, return_inverse=True)
some, known = np.flatnonzero(storm % 2)[::20], neurons[storm % 2 == 0]
usual = attribution.to_nearest(neurons[some], known).mean(0)
levels, far = [0.0, 0.5, 1.0, 1.5, 2.0], {}
for name, units, back in (("latents", latents, sae.decode), ("neurons", neurons, lambda h: h)):
    top, rows = units.amax(0), units[some]
    made = [[back(attribution.clamped(rows, i, d * t)) for i, t in enumerate(top.T)] for d in levels]
    away = [torch.stack([attribution.to_nearest(h, known).mean(0) for h in dose], 1) for dose in made]
    alive = (top > 0).double()
    far[name] = torch.stack([(a / usual[:, None] * alive).sum(1) / alive.sum(1) for a in away])

# %% mystnb={"image": {"alt": "Left: mean probability of rain, snow and mixed against the dose of the latent that snow needs most, thin lines for fifty networks. Rain rises from near zero to one before the full dose, snow falls to zero at half the dose, mixed rises a little and falls. Right, logarithmic: distance to the nearest real row as a multiple of the usual one rises with the dose, from between one and two to about fifteen for latents, and higher for neurons."}}
import matplotlib.pyplot as plt

_, (first, second) = plt.subplots(1, 2, figsize=(9, 3.7))
lines = {phase: strongest[..., i] for i, phase in enumerate(PHASES)}
effect_plots.doses(doses, lines, "dose (of its largest value)", "mean probability", ax=first)
plots.curves(levels, far, "dose (of its largest value)", "distance to a real row\n(1 = usual)", ax=second)
effect_plots.log_ticks(second, [1, 2, 5, 10, 20, 50]);

# %% [markdown]
# **Takeaway.** The dose works, and it saturates. Half of the largest value, in every row, already makes rain of most answers, and a full dose leaves nothing else. (Why rain? The latent that *snow* needs most is one that says *rain*. Held at its mean, it says a bit of rain in every snowfall.)
#
# The right panel is the warning. A full dose in every row makes activations several times as far from any real one as real ones are from their nearest neighbours in other storms, for latents and for neurons. A network may answer anything there, and nobody trained it on that. So believe the *direction* at small doses, and not the height at large ones.
#
# Does more always push the same way? Count the living units for which the mean answer only rises or only falls. For the regressors nothing needs counting: what follows the layer is a straight line. Check it.

# %%
steps = curve.diff(dim=0)[:, living]
one_way = (steps >= -1e-6).all(0) | (steps <= 1e-6).all(0)
print({p: f"{share:.0%}" for p, share in zip(PHASES, one_way.double().mean(0).tolist())})

# %% tags=["nbval-check-output"]
rate = copies["labels"]["rate"]
units, run = views(*rate)["latents"]
low, middle, high = attribution.dose_response(units, 3, [0, 1, 2], run)
print("straight:", torch.allclose(middle, (low + high) / 2, atol=1e-4))

# %% [markdown]
# **Takeaway.** For rain and snow nearly all curves go one way. For mixed a good part of them rise and fall again: mixed is what lies *between*, and a latent that pushes from snow to rain passes through it.
#
# ## Does it do what it says?
#
# {doc}`10b_what_it_means` wrote an explanation for each unit: a tree of depth two in physical units, fitted on part two. An explanation that is worth the name predicts something else, which it never saw: the *effect*. So make it predict.
#
# Take the rows of part two in which the explanation expects the unit to be strongest. Which phase is most over-represented there, compared with all of part two? That phase is the prediction: steer the unit up, and its probability will rise most. For the rate: is it above average in those rows? Then steering up will raise it.

# %%
def foretold(explanation, part):
    expected, y = explanation.predict(part.frame), part.y.numpy()
    top = expected == expected.max()
    if part.y.is_floating_point():
        return int(y[top].mean() > y.mean())
    return (np.bincount(y[top], minlength=3) / np.bincount(y, minlength=3)).argmax()


def came(push):  # (networks, units, outputs): the phase that rises most, or whether the rate does
    return (push.argmax(-1) if push.shape[-1] > 1 else (push[..., 0] > 0).long()).numpy()


# %% [markdown]
# Steering is done on part three. The height is the unit's largest value in part two, and it is compared with the unit held at its mean, so that the difference is owed to the height alone.

# %%
from helpers import explaining, weather

columns = weather.load("simulator", n=10_000).columns
CHANCE = np.random.default_rng(0)


def explained(parts, net, sae):
    hidden = net.hidden(parts.sae.x), net.hidden(parts.test.x)
    for name, of in {"latents": sae.encode, "neurons": lambda h: h}.items():
        units = [of(h) for h in hidden]
        pairs = zip((parts.sae.frame, parts.test.frame), units)
        told = explaining.explain_all(*pairs, parts.predictors, columns)
        yield name, told, units


# %%
def tested(kind, name, told, units):
    copied = copies["labels"][kind]
    to_output = views(*copied)[name][1]
    result = to_output if kind == "rate" else lambda u: to_output(u).softmax(-1)
    push = came(attribution.pushes(units[1], result, units[0].amax(0)))
    score = np.array([[one.score for one in row] for row in told])
    guess = np.array([[foretold(one, copied.parts.sae) for one in row] for row in told])
    return score, guess, push


outcomes = {
    (kind, name): tested(kind, name, told, units)
    for kind, one in copies["labels"].items()
    for name, told, units in explained(*one)
}

# %% [markdown]
# What would chance do? With three phases it is not simply a third, because phases are predicted and pushed unequally often. So deal the explanations of each network out again among its own units, two hundred times.


# %%
def shares(score, guess, push):  # of right predictions: in each network, and by chance
    right, dealt = [], []
    for s, g, p in zip(score, guess, push):
        g, p = g[~np.isnan(s)], p[~np.isnan(s)]  # dead units predict nothing
        right.append((g == p).mean())
        dealt.append(np.mean([CHANCE.permutation(g) == p for _ in range(200)]))
    return np.array(right), np.mean(dealt)


found = {f"{name}\n{kind}": shares(*outcome) for (kind, name), outcome in outcomes.items()}

# %% mystnb={"image": {"alt": "Share of units whose effect was foretold rightly, one dot per network, for latents and neurons of classifiers and regressors. Means are near 0.6 and 0.66 for phase, and near 0.7 for both at the rate. Dashed chance lines lie at about one third for phase and one half for rate, below all means."}}
groups, chance = ({name: pair[i] for name, pair in found.items()} for i in (0, 1))
effect_plots.beside_chance(groups, chance, "effects foretold rightly").set_ylim(0, 1.03);

# %%
import pandas as pd

from helpers import metrics


def interval(values):
    low, high = metrics.bootstrap_interval(values)
    return f"{100 * np.mean(values):.0f} ({100 * low:.0f} to {100 * high:.0f})"


table = {}
for kind in copies["labels"]:
    of_latents, of_neurons = (found[f"{name}\n{kind}"] for name in ("latents", "neurons"))
    table[kind] = {
        "latents, beyond chance": interval(of_latents[0] - of_latents[1]),
        "neurons, beyond chance": interval(of_neurons[0] - of_neurons[1]),
        "latents less neurons": interval(of_latents[0] - of_neurons[0]),
    }
pd.DataFrame(table)  # points, with 95% intervals of the mean over networks

# %% [markdown]
# **Takeaway.** Explanations foretell effects better than chance, for latents and neurons alike. They are far from sure: of both kinds about a third are wrong. And latents, which were to be the easier ones to read, do not keep their word more often than neurons do.
#
# Being wrong has a meaning. Such a unit is on where one phase is common, and it raises another. Networks that are right most of the time can afford this only if other units outweigh it there. So the unit is read together with the others: what one overdoes, another takes back. The explanation was about *when*, and you have asked *what for*.
#
# Does a good score help? Sort the living units by the score of their explanation on part three.

# %%
BINS = {"below 0.5": (-1, 0.5), "0.5 to 0.8": (0.5, 0.8), "above 0.8": (0.8, 1)}
table = {}
for (kind, name), (score, guess, push) in outcomes.items():
    within = {word: (score > low) & (score <= high) for word, (low, high) in BINS.items()}
    right = {word: (guess == push)[rows].mean() for word, rows in within.items()}
    table[f"{name}, {kind}"] = {word: f"{share:.0%} of {within[word].sum()}" for word, share in right.items()}
pd.DataFrame(table).T

# %% [markdown]
# **Takeaway.** The best explanations are right more often than the others. Even above 0.8 some are wrong, and most latents do not reach 0.8.
#
# ## Which latent is which cause?
#
# {doc}`09_autoencoder` has shown that latents match the simulator's recorded causes no better than neurons do. Here is a narrower question: when you say 'latent 5 is the concentration', how sure can you be?
#
# For each latent find the cause with the largest $|r|$ on part three. Then ask whether other storms would have told you the same. Draw *storms* again with replacement, not rows. Rows of one storm are alike, and there are only some forty storms in 2,000 rows.

# %%
from helpers import resampling


def recorded(part):
    causes = part.truth.drop(columns="storm")
    for name in ("intensity", "riming", "depth"):
        causes[name] = np.log10(causes[name])
    return causes.rename(columns=lambda name: name.replace("_", " "))


causes = recorded(parts.test)
truth = torch.tensor(causes.to_numpy())
resampled = resampling.correlations(latents, truth, storm)

# %% [markdown]
# Make the first resample by hand, to see what the helper does.

# %% tags=["nbval-check-output"]
drawn = resampling.draws(len(storms), 1)[0]  # how often each storm
again = torch.arange(len(storm)).repeat_interleave(drawn[storm])
by_hand = metrics.correlations(latents[again], truth[again])
print(torch.allclose(by_hand, resampled[0].float(), atol=1e-4))

# %% [markdown]
# Whose cause wins in at least 95% of two hundred resamples? The correlations of network 0 below will show a difficulty: *water*, *melting*, *wet bulb*, *snow probability* and *air* are almost one number. So count in two ways. In the second these five are one cause, 'the phase'.

# %%
SAME = ["water", "melting", "wet bulb", "snow probability", "air"]
family = torch.tensor([-1 if name in SAME else i for i, name in enumerate(causes)])


def sure(units, truth):  # the winner, and whether it is sure: two ways
    winner = metrics.correlations(units, truth).abs().argmax(-1)
    drawn = resampling.correlations(units, truth, storm).abs().argmax(-1)
    same = {"one of eleven": drawn == winner, "phase as one": family[drawn] == family[winner]}
    alive = units.std(0) > 0
    return winner, {way: (s.double().mean(0) >= 0.95) & alive for way, s in same.items()}


def share(units, truth):
    return {way: s.sum(1) / (units.std(0) > 0).sum(1) for way, s in sure(units, truth)[1].items()}


# %% mystnb={"image": {"alt": "Correlations of twelve latents of network 0 with eleven causes. Columns water, melting, wet bulb, snow probability and air look alike but for the sign. Four cells are framed as sure: two of them weak ones in the column front. Two rows are dead."}}
winner, of = sure(latents, truth)
r = metrics.correlations(latents, truth)[0]
frames = torch.nn.functional.one_hot(winner[0], len(r.T)) * of["one of eleven"][0].unsqueeze(1)
plots.heatmap(r, names, list(causes), outline=frames, limit=1, digits=2, label="r");

# %% [markdown]
# Frames mark what is sure. Do the same for neurons, for a {term}`random dictionary`, and for latents with the causes of other rows: the record shifted in a circle.

# %%
from helpers import controls

twins = controls.random_twin(neurons, (latents > 0).float().mean(0), 1000)
sureness = {"latents": latents, "neurons": neurons, "random": twins}
sureness = {name: share(units, truth) for name, units in sureness.items()}
elsewhere = [share(latents, truth.roll(n, 0)) for n in (400, 800, 1200, 1600)]
sureness["shifted"] = {way: sum(one[way] for one in elsewhere) / 4 for way in of}

# %% mystnb={"image": {"alt": "Share of living units with a sure cause, one dot per network. With eleven causes medians are near 0.2 for latents, neurons and random units; with the phase as one cause about one half for latents, 0.6 for random units and 0.8 for neurons. With a shifted record nearly all are zero in both."}}
_, pair = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
for ax, way in zip(pair, of):
    plots.strip({name: shares[way] for name, shares in sureness.items()}, "", ax=ax)
    ax.set_title(way, fontsize=10)
pair[0].set(ylabel="share of living units\nwith a sure cause", ylim=(-0.03, 1.03));

# %% [markdown]
# **Takeaway.** With eleven causes only a minority of units has one that is sure. That is not chance: with a shifted record there is hardly any. With the phase as one cause it is about half of the latents, and most of the neurons. A random dictionary does at least as well as the trained one. So 'this latent is the melting' is more than these storms can tell, and what they can tell did not take an autoencoder.
#
# ## Change one cause
#
# Which of the five near-synonyms does a latent answer to? No correlation will tell. A simulator can: film the same storms again, with one cause changed. This is an {term}`intervention`.
#
# Give each block the cause of another block, drawn at random. The cause keeps its distribution and loses its companions. *What falls* is one cause: water and melting together. The *air* is another: temperature and humidity, which are inputs, and its density. The instrument then counts the particles again and derives what the network sees.

# %%
from helpers import interventions

air = parts.test.frame[["temperature", "relative_humidity"]]
blocks = parts.test.truth.assign(**air)
CHANGES = {"what falls": ["water", "melting"], "air": ["air", *air]}
CHANGES |= {name: [name] for name in ("intensity", "concentration", "riming")}
order = np.random.default_rng(1).permutation(len(blocks))


def swapped(names):
    return blocks.assign(**{name: blocks[name].to_numpy()[order] for name in names})


before = interventions.filmed(parts, blocks)
after = {name: interventions.filmed(parts, swapped(what)) for name, what in CHANGES.items()}
after["nothing"] = interventions.filmed(parts, blocks, seed=1)

# %% [markdown]
# The control is the last line: nothing is changed, and the particles are only counted anew. Measure how far each unit moves (root mean square over blocks), as a share of how far it differs between two blocks that have nothing to do with each other. At 1 nothing but this cause counts.

# %%
told = torch.stack([x.isfinite().all(1) for x in (before, *after.values())]).all(0)


def moved(units):  # (networks, units, changes), NaN for dead units
    start = units(before[told])
    spread = start.std(0).where((start != start[0]).any(0), torch.nan)
    each = [(units(x[told]) - start).square().mean(0).sqrt() for x in after.values()]
    return torch.stack(each, -1) / (2**0.5 * spread.unsqueeze(-1))


moving = {"latents": moved(lambda x: sae.encode(net.hidden(x))), "neurons": moved(net.hidden)}

# %% mystnb={"image": {"alt": "How far twelve latents of network 0 move when one cause is swapped between blocks. What falls and the air move most latents far, intensity and concentration about half as far, riming and nothing hardly. Two rows are dead."}}
of_one = moving["latents"][0].nan_to_num(0)
plots.heatmap(of_one, names, list(after), digits=2, sequential=True, label="moved");

# %% [markdown]
# How often does the correlation name the change that moves a unit most? Count it in every network. Water and melting stand for what falls, wet bulb, snow probability and air for the air; a cause that cannot be changed alone, such as the front, names nothing.

# %%
NAMED = dict(zip(SAME, ("what falls", "what falls", "air", "air", "air")))
number = torch.tensor([[*after].index(n) if (n := NAMED.get(name, name)) in after else -1 for name in causes])
agree = {}
for name, units in {"latents": latents, "neurons": neurons}.items():
    by_r = number[metrics.correlations(units, truth).abs().argmax(-1)]
    alive = ~moving[name].isnan().any(-1)
    most = moving[name][..., :-1].nan_to_num(-1).argmax(-1)
    agree[name] = ((by_r == most) & alive).sum(1) / alive.sum(1)

# %% mystnb={"image": {"alt": "Left: share of units whose largest correlation names the change that moves them most, one dot per network: about 0.55 for latents and 0.8 for neurons. Right: how far the median latent of each network moves: furthest for what falls and the air, less for intensity and concentration, and little, and alike, for riming and for nothing."}}
typical = moving["latents"].nanquantile(0.5, dim=1)  # (networks, changes)
_, (one, two) = plt.subplots(1, 2, figsize=(9.5, 3.8))
text = "correlation names the change\nthat moves most (share of units)"
plots.strip(agree, text, ax=one).set_ylim(0, 1.03)
by_change = dict(zip(after, typical.T))
plots.strip(by_change, "moved, median latent", tint="latents", ax=two).set_ylim(0, None)
two.tick_params(axis="x", rotation=35);

# %% [markdown]
# **Takeaway.** For neurons the correlation is right in most cases. For latents it is right only about half the time: what goes with a latent most is often not what moves it most. Compare the two maps of network 0, row by row: a frame does not mean that its cause does the moving.
#
# And look at the right panel. Riming moves latents no more than counting the same particles twice. The riming that occurs here is nothing these networks can see. Whoever finds a 'riming latent' in these networks by correlation has found a companion of riming.
#
# ## Handsome and idle
#
# Now a latent that looks meaningful and is not, on purpose. Take the fifty classifiers that were taught *shuffled* labels ({doc}`10_reading_features`). There was nothing to learn about the weather. Explain all of their latents, and choose the one whose explanation fits best on part two, as anyone would who looks for a good example.

# %%
sham = copies["shuffled"]["phase"]
_, told_sham, (past, later) = next(explained(*sham))
frame = parts.sae.frame
fits = np.array([
    [explaining.correlation(one.predict(frame), a) for one, a in zip(row, unit)]
    for row, unit in zip(told_sham, past.permute(1, 2, 0).numpy())
])
chosen = np.unravel_index(np.nanargmax(fits), fits.shape)
card = told_sham[chosen[0]][chosen[1]]
print(card.words)
print(f"r on part two {fits[chosen]:.2f}, on part three {card.score:.2f}, control {card.control:.2f}")

# %% [markdown]
# And the six rows of part three in which it is loudest:

# %%
loudest = later[:, *chosen].topk(6).indices.numpy()
parts.test.frame.iloc[loudest][["phase", *parts.predictors]].round(2)

# %% [markdown]
# What a card! A clean rule in physical units, confirmed on new storms, far above its control, and top samples that agree. You would give it a name. Now ask what it does.


# %%
def phases(copied):
    run = attribution.through(copied.net, copied.sae)
    return lambda latents: run(latents).softmax(-1)


moves = {"shuffled": attribution.moves(later, phases(sham))}
moves["labels"] = attribution.moves(latents, phases(copies["labels"]["phase"]))
silent = attribution.clamped(later, int(chosen[1]))
says, without = (phases(sham)(u)[:, chosen[0]].argmax(-1) for u in (later, silent))
print("answers of its network:", {PHASES[i] for i in says.tolist()})
print("answers that change without the latent:", int((says != without).sum()))
print(f"largest mean change of a probability: {moves['shuffled'][chosen]:.3f}")

# %% [markdown]
# Its network gives one answer whatever the weather, with this latent or without. The story on the card is true all the same. *Every* unit of a small network is a simple function of five inputs, so a tree finds words for it, learnt or not. A good explanation says when a unit is on. It does not say that anybody listens.
#
# Is that a trick of the shuffled labels? Put all latents on a map, those of the proper networks beside it. The dashed lines are ours: an explanation reads well from 0.8 on, and a latent is idle if ablating it moves no probability by 0.02 on average.

# %% mystnb={"image": {"alt": "Probability moved by ablation, logarithmic, against the score of the explanation, one dot per latent. Left, proper labels: a cloud that rises at the right end to the largest effects at scores above 0.8. Right, shuffled labels: a flat cloud mostly below the dashed line at 0.02, with the chosen latent ringed at a score above 0.9, below the line."}}
scores = {"labels": outcomes["phase", "latents"][0]}
scores["shuffled"] = np.array([[one.score for one in row] for row in told_sham])
panels = {name: (scores[name], moves[name]) for name in scores}
ring = {"shuffled": (scores["shuffled"][chosen], moves["shuffled"][chosen])}
text = "score of the explanation", "probability moved by ablation"
effect_plots.reading_and_doing(panels, 0.8, 0.02, *text, ring);

# %%
table = {}
for name, (score, move) in panels.items():
    well, idle = score >= 0.8, move.numpy() < 0.02
    table[name] = {
        "alive": (~np.isnan(score)).sum(),
        "read well": well.sum(),
        "read well, idle": (well & idle).sum(),
        "read badly (< 0.5), move 0.05": ((score < 0.5) & (move.numpy() > 0.05)).sum(),
    }
pd.DataFrame(table)

# %% [markdown]
# **Takeaway.** Where nothing was learnt, most latents that read well are idle. In the proper networks some are, too. There the cloud rises to the right, and its tip is the good news: the latents that move the answers most are well explained, and hardly any moves them much that is not. It does not work backwards. That a latent reads well proves nothing about what it does.
#
# An explanation worth keeping passes all of these: it holds in other storms; the best of as many units that learnt nothing does not pass as easily; ablating the unit changes the answer; and steering it changes the answer the way the explanation says.
#
# ## Exercises
#
# ```{exercise-start} Silent is not average
# :label: ex-at-zero
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# Hold each latent of the classifiers at *zero* in place of its mean. For each network take the worst change of the {term}`CSI` of snow. Put the median over networks into `mine`.

# %%
from helpers import effect_answers

run = attribution.through(net, sae)
zeros = attribution.ablations(latents, lambda u: csi(run(u))[:, 1], value=0.0)
mine = None
effect_answers.at_zero(mine, zeros, lost["phase"]["latents"][..., 1])

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# The changes are in `zeros`, `(networks, latents)`. To do it by hand, use `held(latents, i, 0.0)` and subtract the score with nothing held.
# :::
#
# ```{solution-start} ex-at-zero
# :label: sol-at-zero
# :class: dropdown
# ```

# %%
mine = zeros.amin(1).median()
effect_answers.at_zero(mine, zeros, lost["phase"]["latents"][..., 1])

# %% [markdown]
# It costs a good deal less than at the mean. The mean over part three is mostly that of rain, so holding a rain latent there says 'a bit of rain' in every row of snow as well. Both are 'ablation' in the literature. Always say which.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} One cause, one latent
# :label: ex-one-to-one
# ```
#
# *Difficulty 3 of 5, importance 3 of 5, 15 minutes.*
#
# Above, two causes may claim one latent. Match causes with latents one to one, so that the sum of $|r|$ is as large as possible, and take the mean $|r|$ over causes. Do the same for the random dictionary. Put the two medians over networks into `mine`, latents first.

# %%
from helpers import matching

pairs = [matching.assign(matching.correlations(truth, u).abs()).similarity for u in (latents, twins)]
mine = None
effect_answers.matched(mine, *pairs)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `pairs` holds two tensors `(networks, causes)`: the $|r|$ of each cause with its partner.
# :::
#
# ```{solution-start} ex-one-to-one
# :label: sol-one-to-one
# :class: dropdown
# ```

# %%
mine = [similarity.mean(1).median() for similarity in pairs]
effect_answers.matched(mine, *pairs)

# %% [markdown]
# The random dictionary matches the causes at least as well. Eleven causes of which five are nearly one cannot each have a latent of their own, and a network that needs only the phase has no use for most of them.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} A thermometer that nobody reads
# :label: ex-unseen
# ```
#
# *Difficulty 4 of 5, importance 5 of 5, 25 minutes.*
#
# In the layer of network 0, find a direction that tells the temperature on part two as well as possible, and along which no probability changes at all. Put its six numbers into `mine`.

# %%
hidden, temperature = net.hidden(parts.sae.x)[:, 0], torch.tensor(parts.sae.frame["temperature"].to_numpy())
weights = net.weights[1][0]
mine = None
effect_answers.unseen(mine, weights, hidden, temperature)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# Probabilities change with *differences* of the three outputs, so centre the weights over the outputs. What the centred weights map to zero is invisible: the last four right singular vectors of their transpose. A regression finds the best mixture of the four.
# :::
#
# ```{solution-start} ex-unseen
# :label: sol-unseen
# :class: dropdown
# ```

# %%
centred = weights - weights.mean(1, keepdim=True)
blind = torch.linalg.svd(centred.T).Vh[2:]
x, y = hidden @ blind.T, temperature.float()
mixture = torch.linalg.lstsq(x - x.mean(0), (y - y.mean()).unsqueeze(1)).solution[:, 0]
mine = mixture @ blind
effect_answers.unseen(mine, weights, hidden, temperature)

# %% [markdown]
# Six neurons hold more than three outputs can hear: only two differences of outputs count, so four of six directions are inaudible. A probe or an autoencoder finds things there as easily as anywhere.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - A few units carry most of the work, whether latents, neurons or principal components.
# - Steering works, and a full dose leads far from any activation that occurs.
# - Explanations foretell effects better than chance and worse than one would like; those of latents no better than those of neurons.
# - Which cause a latent goes with is sure for a minority. What moves it is another question, which needs an {term}`intervention`.
# - A unit can read well and do nothing. Ask both questions of each.
#
# ## What's next
#
# So far the five inputs were given. {doc}`11_input_search` repeats the published search over hundreds of sets of inputs, and asks what choosing the best one does.
#
# ## Further reading
#
# King et al. for the networks {cite:p}`king2025`; Bills et al. {cite:p}`bills2023` and Foote et al. {cite:p}`foote2023` for explanations that are scored; Adebayo et al. for controls in which nothing was learnt {cite:p}`adebayo2018`.
