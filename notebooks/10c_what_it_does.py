

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
# Fetch the fifty classifiers and the fifty regressors of {doc}`10_reading_features` with their autoencoders. Their table is the simulator's, whatever `SNOWFALL_WEATHER` says; the last section takes the table that you chose. Part three judges. Nothing is trained in this chapter, so gradients are switched off.

# %%
import torch

from helpers import plots, zoo

torch.set_num_threads(1)  # for tiny models, threads only wait
plots.house()
copies = zoo.snow_autoencoders()
own = zoo.precipitation_autoencoder()  # for the last section
torch.set_grad_enabled(False);

# %%
parts, net, sae = copies["labels"]["phase"]
neurons = net.hidden(parts.test.x)
latents = sae.encode(neurons)
known = sae.encode(net.hidden(parts.sae.x))  # in part two
living, met = latents.std(0) > 0, known.std(0) > 0
print(f"living: {living.sum()}, in both parts: {(living & met).sum()}")

# %% [markdown]
# A latent is called *living* below if it varies on part three. Some of these never spoke in part two. They count as living, but have no explanation.
#
# To learn what a unit *does*, change it and let the network go on. Hold latent number `which` at a value in every row, decode, and read the answer: the probabilities of rain, snow and mixed.
#
# The value gives the experiment its name. {term}`Ablation <ablation>` holds a latent at its mean, so that it says the same in every row. Unless it is said otherwise, that is its mean over part three. {term}`Clamping <clamping>` holds it at any value you like. {term}`Steering <steering>` is clamping it high, to see where it pushes.


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
# Ablate the latents of network 0, one at a time. What happens to the probability of the *right* answer, in rows of rain, of snow, and of both mixed? A mean belongs to some weather, so hold each latent at two: its mean over part three, and over part two, from which it learnt.

# %%
PHASES = ["rain", "snow", "mixed"]
right = torch.nn.functional.one_hot(parts.test.y, 3).float()


def given_to_the_truth(latents):  # (networks, phases)
    said = torch.einsum("bnp,bp->np", answer(latents), right)
    return said / right.sum(0)

# %%
both = {"three": latents.mean(0), "two": known.mean(0)}
costs = {
    part: attribution.ablations(latents, given_to_the_truth, value=mean)
    for part, mean in both.items()
}
for part, rows in {"two": parts.sae, "three": parts.test}.items():
    share = rows.y.bincount(minlength=3) / len(rows)
    print(part, {p: f"{s:.0%}" for p, s in zip(PHASES, share.tolist())})

# %% mystnb={"image": {"alt": "Change of the probability of the right answer on ablating each of twelve latents of network 0, in rows of rain, snow and mixed, held at the means of part three and of part two. The last latent takes most of the probability of snow at the mean of part three; at the mean of part two it takes less of snow and more of rain. A few others have small effects and the rest none."}}
names = [f"latent {i}" for i in range(latents.shape[-1])]
columns = [f"{p}\n({part})" for part in both for p in PHASES]
text = "change of probability"
side = torch.cat([costs[part][0] for part in both], -1)
ax = plots.heatmap(side, names, columns, digits=2, label=text)
ax.set(xlabel="what fell (held at the mean over part ...)");

# %% [markdown]
# **Takeaway.** Most rows of the map are pale. In this network one latent changes much, and what it costs depends on the mean. Held at the mean of part three, which is mostly rain, it costs the snow. Held at the mean of part two, which is mostly snow, it costs the rain more. Where one phase loses, another may gain: the probability moved, rather than got worse everywhere.
#
# Now all fifty networks, both tasks, and scores: the {term}`CSI` of snow, again at both means, and $R^2$ of the regressors. Every claim about latents deserves its twin about other units. So ablate the *neurons* as well, and the components of {term}`PCA`. Components go back to the layer without loss. (Random dictionaries have no way back: nobody trained a decoder for them.)


# %%
def components(fitted):  # the way to the components, and the way back
    centre = fitted.mean(0)
    each = (fitted - centre).transpose(0, 1)
    axes = torch.linalg.svd(each, full_matrices=False).Vh

    def there(hidden):
        return torch.einsum("bnh,nkh->bnk", hidden - centre, axes)

    return there, lambda s: torch.einsum("bnk,nkh->bnh", s, axes) + centre

# %%
def views(parts, net, sae):  # the way to the units, and to the output
    there, back = components(net.hidden(parts.sae.x))
    return {
        "latents": (sae.encode, attribution.through(net, sae)),
        "neurons": (lambda hidden: hidden, net.output),
        "PCA": (there, lambda s: net.output(back(s))),
    }


# %%
from helpers import verification

phase, rate = copies["labels"].values()


def csi(z):  # of rain, snow and mixed
    counts = verification.confusion(parts.test.y, z.argmax(-1), 3)
    return verification.class_scores(counts).csi.nan_to_num(0)


def r2(z):
    return verification.r2(rate.parts.test.y, z[..., 0])

# %%
def ablated(copied, score, mean_of):  # a part, whose mean units are held at
    lost = {}
    for kind, (there, run) in views(*copied).items():
        both = copied.parts.test, mean_of
        units, others = (there(copied.net.hidden(p.x)) for p in both)
        lost[kind] = attribution.ablations(
            units, lambda u, run=run: score(run(u)), value=others.mean(0)
        )
    return lost


lost = ablated(phase, csi, parts.test)
at_two = ablated(phase, csi, parts.sae)
lost_rate = ablated(rate, r2, rate.parts.test)


# %%
from helpers import effect_plots

# %% mystnb={"image": {"alt": "Three panels of the change on ablation against the rank of the unit, medians over fifty networks with bars, for latents, neurons and PCA. CSI of snow at the mean of part three: the first latent and the first component lose nearly all, the first neuron less and with a long bar. At the mean of part two: the first component loses most, the first latent less, the first neuron little. All further ranks are near zero. R squared of the rate: neurons lose most, latents and PCA less."}}
both = {"three": lost, "two": at_two}
panels = {
    f"CSI of snow, mean of part {n}": {k: v[..., 1] for k, v in one.items()}
    for n, one in both.items()
}
panels["R² of the rate, mean of part three"] = lost_rate
effect_plots.ranks(panels);

# %% [markdown]
# **Takeaway.** In every kind of unit a few do most of the work, and most do next to none. Held at the mean of part three, one latent usually costs most of the score of snow, more than the most useful neuron. Held at the mean of part two it still costs a good deal, and neurons cost little. For the rate it is the neurons that cost more. And PCA, which nobody trained to be sparse, concentrates the snow at least as much, at both means.
#
# So how much snow 'one latent carries' depends on what it is held at, and it is no sign of understanding. Say which weather a mean is of.
#
# Try `value=0.0` in `ablations`. A silent latent and a mean one are different networks, as the first exercise shows.
#
# ## Turn it up
#
# Hold a latent at a multiple of its own largest value and read the mean answer: a {term}`dose-response curve`. (The feature browser of {doc}`10b_what_it_means` has a slider that does this by hand.) Dose 0 is silence, dose 1 the most that it ever says on its own, all the time. Take the latent of each network that snow needs most.

# %%
doses = torch.linspace(0, 2, 9)
kinds = range(latents.shape[-1])
curve = [
    attribution.dose_response(latents, i, doses.tolist(), answer)
    for i in kinds
]
curve = torch.stack(curve, 2)  # (doses, networks, latents, phases)
needed = lost["latents"][..., 1].argmin(1)
strongest = curve[:, range(len(needed)), needed]

# %% [markdown]
# How far from the ordinary does steering lead? Any row of the layer is near some other: weather repeats itself. A steered row may be near none. For each dose, measure the distance to the nearest real activation of *another* storm, as a multiple of what is usual for real rows. Steer one unit at a time, and average over the living units of a network.

# %%
import numpy as np

storms, storm = np.unique(parts.test.truth.storm, return_inverse=True)
some, real = np.flatnonzero(storm % 2)[::20], neurons[storm % 2 == 0]
usual = attribution.to_nearest(neurons[some], real).mean(0)


def apart(hidden):  # (networks,), 1 is usual
    return attribution.to_nearest(hidden, real).mean(0) / usual

# %%
def steered_apart(units, back, dose):
    top, away = units.amax(0), []
    for i, height in enumerate(top.T):
        steered = attribution.clamped(units[some], i, dose * height)
        away.append(apart(back(steered)))
    alive = (top > 0).double()
    return (torch.stack(away, 1) * alive).sum(1) / alive.sum(1)


# %%
levels = [0.0, 0.5, 1.0, 1.5, 2.0]
ways = {"latents": (latents, sae.decode), "neurons": (neurons, lambda h: h)}
far = {
    name: torch.stack([steered_apart(*way, dose) for dose in levels])
    for name, way in ways.items()
}
unsteered = apart(sae.decode(latents[some])).median()

# %%
import matplotlib.pyplot as plt

# %% mystnb={"image": {"alt": "Left: mean probability of rain, snow and mixed against the dose of the latent that snow needs most, thin lines for fifty networks. Rain rises from near zero to one at about the full dose, snow falls to zero at half the dose, mixed rises a little and falls. Right, logarithmic: distance to the nearest real row as a multiple of the usual one rises with the dose, from between one and two to about fifteen for latents, and higher for neurons. A dashed line for unsteered latents lies near one."}}
_, (first, second) = plt.subplots(1, 2, figsize=(9, 3.7))
lines = {name: strongest[..., i] for i, name in enumerate(PHASES)}
text = "dose (of its largest value)"
effect_plots.doses(doses, lines, text, "mean probability", ax=first)
away = "distance to a real row\n(1 = usual)"
plots.curves(levels, far, text, away, ax=second)
second.axhline(unsteered, linestyle="--", color=plots.INK)
effect_plots.log_ticks(second, [1, 2, 5, 10, 20, 50]);

# %% [markdown]
# **Takeaway.** The dose works, and it saturates. At half of the largest value, in every row, rain already has most of the mean probability, and a full dose leaves nothing else. (Why rain? The latent that *snow* needs most is one that says *rain*. Held at its mean, it says a bit of rain in every snowfall.)
#
# The right panel is the warning. (Dashed: latents that nobody steered, decoded: a copy alone hardly leads away.) A full dose in every row makes activations several times as far from any real one as real ones are from their nearest neighbours in other storms, for latents and for neurons. A network may answer anything there, and nobody trained it on that. So believe the *direction* at small doses, and not the height at large ones.
#
# Does more always push the same way? Count the living units for which the mean answer only rises or only falls. For the regressors nothing needs counting: what follows the layer is a straight line. Check it.

# %%
steps = curve.diff(dim=0)[:, living]
one_way = (steps >= -1e-6).all(0) | (steps <= 1e-6).all(0)
one_way = one_way.double().mean(0).tolist()
print({p: f"{share:.0%}" for p, share in zip(PHASES, one_way)})

# %% tags=["nbval-check-output"]
there, run = views(*rate)["latents"]
units = there(rate.net.hidden(rate.parts.test.x))
low, mid, high = attribution.dose_response(units, 3, [0, 1, 2], run)
print("straight:", torch.allclose(mid, (low + high) / 2, atol=1e-4))

# %% [markdown]
# **Takeaway.** For rain and snow nearly all curves go one way. For mixed a good part of them rise and fall, or fall and rise: mixed is what lies *between*, and a latent that pushes from snow to rain passes through it.
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
    if part.y.is_floating_point() or y.max() == 1:  # a rate, or yes and no
        return int(y[top].mean() > y.mean())
    counts = [np.bincount(rows, minlength=3) for rows in (y[top], y)]
    return (counts[0] / counts[1]).argmax()

# %%
def came(push):  # the phase that rises most, or whether the rate does
    one = push.shape[-1] == 1
    return ((push[..., 0] > 0).long() if one else push.argmax(-1)).numpy()


# %% [markdown]
# Steering is done on part three. The height is the unit's largest value in part two, and it is compared with the unit held at its mean, so that the difference is owed to the height alone. After the warning above, steer by a tenth of that difference as well.

# %%
from helpers import explaining, weather

columns = weather.load("simulator", n=10_000).columns
CHANCE = np.random.default_rng(0)

# %%
def explained(parts, net, sae, name, columns=columns, count=50):
    there = views(parts, net, sae)[name][0]
    both = parts.sae, parts.test
    units = [there(net.hidden(part.x))[:, :count] for part in both]
    pairs = zip((part.frame for part in both), units)
    told = explaining.explain_all(*pairs, parts.predictors, columns)
    return told, units


# %%
def each(function, told):  # of an explanation, (networks, units)
    return np.array([[function(one) for one in row] for row in told])


def tested(copied, name, told, units):
    run = views(*copied)[name][1]
    rate = copied.parts.test.y.is_floating_point()
    result = run if rate else lambda u: run(u).softmax(-1)
    score = each(lambda one: one.score, told)
    guess = each(lambda one: foretold(one, copied.parts.sae), told)
    mean, top = units[1].mean(0), units[0].amax(0)
    heights = top, mean + 0.1 * (top - mean)
    pushes = [attribution.pushes(units[1], result, h) for h in heights]
    return score, guess, *pushes

# %%
outcomes = {
    (kind, name): tested(one, name, *explained(*one, name))
    for kind, one in copies["labels"].items()
    for name in ("latents", "neurons")
}

# %% [markdown]
# What would chance do? With three phases it is not simply a third, because phases are predicted and pushed unequally often. So deal the explanations of each network out again among its own units, two hundred times.
#
# Ask the classifiers two questions. Which of three phases rises most? And, where the explanation names rain or snow: which of these *two* rises more than the other?


# %%
def shares(guess, came, valid):  # of right guesses, and by chance
    right, dealt = [], []
    for g, c, v in zip(guess, came, valid):
        g, c = g[v], c[v]
        mixed = CHANCE.permuted(np.tile(g, (200, 1)), axis=1)
        # A network may have no valid unit.
        right.append((g == c).mean() if v.any() else np.nan)
        dealt.append((mixed == c).mean() if v.any() else np.nan)
    return np.array(right), np.array(dealt)


# %%
def asked(place):  # 2: the whole dose, 3: a tenth of it
    found = {}
    for (kind, name), outcome in outcomes.items():
        score, guess, push = *outcome[:2], outcome[place]
        alive = ~np.isnan(score)  # dead units predict nothing
        found[f"{name}\n{kind}"] = shares(guess, came(push), alive)
        if kind == "phase":
            two, named = came(push[..., :2]), alive & (guess < 2)
            found[f"{name}\nrain or snow"] = shares(guess, two, named)
    return found

# %%
found, gentle = asked(2), asked(3)

# %% mystnb={"image": {"alt": "Share of units whose effect was foretold rightly, one dot per network, for latents and neurons. For phase means are near 0.6 and 0.66, with chance at about a third; for rain or snow near 0.85 and 0.95, with chance a little above one half; for the rate near 0.7, with chance near one half."}}
groups = {name: right for name, (right, _) in found.items()}
chance = {name: np.nanmean(dealt) for name, (_, dealt) in found.items()}
_, ax = plt.subplots(figsize=(8.5, 3.8))
effect_plots.beside_chance(groups, chance, "effects foretold rightly", ax)
ax.set_ylim(0, 1.03);

# %%
import pandas as pd

from helpers import metrics


def interval(values):
    points = 100 * values[~np.isnan(values)]
    low, high = metrics.bootstrap_interval(points)
    return f"{points.mean():.0f} ({low:.0f} to {high:.0f})"


# %%
table = {}
for kind in ("phase", "rain or snow", "rate"):
    # What each network has beyond its own chance.
    beyond = {
        name: np.subtract(*found[f"{name}\n{kind}"])
        for name in ("latents", "neurons")
    }
    beyond["latents less neurons"] = beyond["latents"] - beyond["neurons"]
    table[kind] = {name: interval(v) for name, v in beyond.items()}
    right = gentle[f"latents\n{kind}"][0], found[f"latents\n{kind}"][0]
    less = interval(right[0] - right[1])
    table[kind]["latents, a tenth of the dose less the whole"] = less
pd.DataFrame(table)  # points, with 95% intervals of the mean over networks

# %% [markdown]
# The intervals are those of other networks trained on the same weather. They leave out that other storms might have come.
#
# And where the classifiers' explanations are wrong, what did rise most?

# %%
for name in ("latents", "neurons"):
    score, guess, push, _ = outcomes["phase", name]
    wrong = ~np.isnan(score) & (guess != came(push))
    rose = np.bincount(came(push)[wrong], minlength=3) / wrong.sum()
    print(name, {p: f"{s:.0%}" for p, s in zip(PHASES, rose)})

# %% [markdown]
# **Takeaway.** Explanations foretell effects better than chance, for latents and neurons alike. Asked for one of three phases, about a third of them are wrong, or more. But where they are wrong, it is mostly *mixed* that rose most, and mixed lies between: a unit that pushes from snow to rain passes through it. Asked only for rain or snow, explanations that name one of them are mostly right.
#
# Latents, which were to be the easier ones to read, keep their word no more often than neurons do, whatever is asked. And at a tenth of the dose the shares barely change, so they are not owed to steering far out.
#
# Does a good score help? Sort the living units by the score of their explanation on part three.

# %%
BINS = {"below 0.5": (-1, 0.5), "0.5 to 0.8": (0.5, 0.8)}
BINS["above 0.8"] = (0.8, 1)
table = {}
for (kind, name), (score, guess, push, _) in outcomes.items():
    row = table[f"{name}, {kind}"] = {}
    for word, (low, high) in BINS.items():
        right = (guess == came(push))[(score > low) & (score <= high)]
        few = len(right) < 20
        row[word] = "few" if few else f"{right.mean():.0%} of {len(right)}"
pd.DataFrame(table).T

# %% [markdown]
# **Takeaway.** The best explanations are right more often than the others. Even above 0.8 some are wrong, and most latents do not reach 0.8. (The borders of the table are ours. A share of fewer than twenty units is left out.)
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

# %%
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
# Whose cause wins in at least 95% of two hundred resamples? Call it *sure*. That is about its rank, and not about its strength: a weak correlation may win everywhere. And it is stability in these storms, not confidence that the cause is the cause. A resample in which a unit never varies counts as not sure. The correlations of network 0 below will show a difficulty: *water*, *melting*, *wet bulb*, *snow probability* and *air* are almost one number. So count in two ways. In the second these five are one cause, 'the phase'.

# %%
SAME = ["water", "melting", "wet bulb", "snow probability", "air"]
family = torch.tensor(
    [-1 if name in SAME else i for i, name in enumerate(causes)]
)


def sure(units, truth):  # the winner, and whether it is sure: two ways
    winner = metrics.correlations(units, truth).abs().argmax(-1)
    r = resampling.correlations(units, truth, storm)
    drawn = resampling.winners(r)
    same = {
        "one of eleven": drawn == winner,
        "phase as one": (family[drawn] == family[winner]) & (drawn >= 0),
    }
    alive = units.std(0) > 0
    often = {way: s.double().mean(0) >= 0.95 for way, s in same.items()}
    return winner, {way: s & alive for way, s in often.items()}

# %%
def share(units, truth):
    alive = (units.std(0) > 0).sum(1)
    ways = sure(units, truth)[1]
    return {way: s.sum(1) / alive for way, s in ways.items()}


# %% mystnb={"image": {"alt": "Correlations of twelve latents of network 0 with eleven causes. Columns water, melting, wet bulb, snow probability and air look alike but for the sign. Four cells are framed as sure: two of them weak ones in the column front. Two rows are dead."}}
winner, of = sure(latents, truth)
r = metrics.correlations(latents, truth)[0]
frames = torch.nn.functional.one_hot(winner[0], len(r.T))
frames = frames * of["one of eleven"][0].unsqueeze(1)
style = {"limit": 1, "digits": 2, "label": "r"}
plots.heatmap(r, names, list(causes), outline=frames, **style);

# %% [markdown]
# Frames mark what is sure. Do the same for neurons, for a {term}`random dictionary`, and for latents with the causes of other rows: the record shifted in a circle.

# %%
from helpers import controls

# %%
on = (latents > 0).float().mean(0)
twins = controls.random_twin(neurons, on, 1000)
sureness = {"latents": latents, "neurons": neurons, "random": twins}
sureness = {name: share(units, truth) for name, units in sureness.items()}
shifts = 400, 800, 1200, 1600
elsewhere = [share(latents, truth.roll(n, 0)) for n in shifts]
sureness["shifted"] = {
    way: sum(one[way] for one in elsewhere) / len(shifts) for way in of
}

# %% mystnb={"image": {"alt": "Share of living units with a sure cause, one dot per network. With eleven causes medians are near 0.2 for latents, neurons and random units; with the phase as one cause about one half for latents, 0.6 for random units and 0.8 for neurons. With a shifted record nearly all are zero in both."}}
_, pair = plt.subplots(1, 2, figsize=(9, 3.6), sharey=True)
for ax, way in zip(pair, of):
    of_way = {name: ways[way] for name, ways in sureness.items()}
    plots.strip(of_way, "", ax=ax)
    ax.set_title(way, fontsize=10)
pair[0].set_ylabel("share of living units\nwith a sure cause")
pair[0].set_ylim(-0.03, 1.03);

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
single = "intensity", "concentration", "riming"
CHANGES |= {name: [name] for name in single} | {"nothing": []}


def swapped(names, order):
    return blocks.assign(**{n: blocks[n].to_numpy()[order] for n in names})

# %%
def recounted(n):  # (1 + changes, rows, inputs)
    order = np.random.default_rng(n).permutation(len(blocks))
    films = [interventions.filmed(parts, blocks, seed=2 * n)]
    for what in CHANGES.values():
        changed = swapped(what, order)
        films.append(interventions.filmed(parts, changed, seed=2 * n + 1))
    return torch.stack(films)


# %%
films = torch.stack([recounted(n) for n in range(3)])
told = films.isfinite().all(-1).all(1)  # (recounts, rows)
print(f"rows dropped: {(~told).sum()} of {told.numel()}")

# %% [markdown]
# The control is the last change: nothing is changed, and the particles are only counted anew. All changes and the control are counted with the same luck, and what they are compared with has another. That is done three times, with three orders of the blocks. Rows that the instrument could not tell, before or after any change, are left out.
#
# Measure how far each unit moves (root mean square over blocks), as a share of how far it differs between two blocks that have nothing to do with each other. Near 1 the change does to the unit what another block would. It may be above 1, where the change leads outside: rain in frost is as unusual as a steered row.

# %%
def moved(units, rows):  # (networks, units, changes), NaN for dead units
    squares, spread = 0, 0
    for film, seen in zip(films, told):
        start = units(film[0, seen])
        spread = spread + start.var(0)
        keep = torch.as_tensor(rows)[seen]
        steps = [units(x[seen]) - start for x in film[1:]]
        steps = [step[keep].square().mean(0) for step in steps]
        squares = squares + torch.stack(steps, -1)
    alive = (units(parts.test.x).std(0) > 0) & (spread > 0)
    spread = spread.where(alive, torch.nan).unsqueeze(-1)
    return (squares / (2 * spread)).sqrt()

# %%
def latent(x):
    return sae.encode(net.hidden(x))


snow = (parts.test.y == PHASES.index("snow")).numpy()
moving = {"latents": moved(latent, snow | True)}
moving["neurons"] = moved(net.hidden, snow | True)
in_snow = moved(latent, snow)

# %% [markdown]
# How far do these changes lead from the ordinary, measured as for steering?

# %%
rows = [i for i in some if told[0, i]]
for name, x in zip(["as before", *CHANGES], films[0]):
    away = attribution.to_nearest(net.hidden(x[rows]), real).mean(0)
    print(f"{name}: {(away / usual).median():.1f}")

# %% mystnb={"image": {"alt": "How far twelve latents of network 0 move when one cause is swapped between blocks. What falls and the air move most latents furthest, intensity and concentration mostly less, riming and nothing little. Two rows are dead."}}
of_one = moving["latents"][0].nan_to_num(0)
style = {"sequential": True, "digits": 2, "label": "moved"}
plots.heatmap(of_one, names, list(CHANGES), **style);

# %% [markdown]
# How often does the correlation name the change that moves a unit most? Count it in every network. Water and melting stand for what falls, wet bulb, snow probability and air for the air. A unit whose cause cannot be changed alone, such as the front, is left out. Since five causes are nearly one, count it also with the phase as one: what falls or the air. And deal the causes of each network out among its units, as above, to see what chance would do.

# %%
NAMED = dict(zip(SAME, ("what falls", "what falls", "air", "air", "air")))
ARMS = list(CHANGES)


def arm(cause):  # the place of the change that stands for it, or -1
    name = NAMED.get(cause, cause)
    return ARMS.index(name) if name in ARMS else -1

# %%
number, agree = np.array([arm(cause) for cause in causes]), {}
for name, units in {"latents": latents, "neurons": neurons}.items():
    by_r = number[metrics.correlations(units, truth).abs().argmax(-1)]
    most = moving[name][..., :-1].nan_to_num(-1).argmax(-1).numpy()
    valid = ~moving[name].isnan().any(-1).numpy() & (by_r >= 0)
    agree[name] = shares(by_r, most, valid)
    # What falls and the air are the first two: as one, both are 1.
    one = (np.maximum(places, 1) for places in (by_r, most))
    agree[f"{name}\nphase as one"] = shares(*one, valid)

# %% mystnb={"image": {"alt": "Share of units whose largest correlation names the change that moves them most, one dot per network. Means are near 0.6 for latents and 0.8 for neurons, with chance near 0.35 and 0.55. With the phase as one they are near 0.7 and 0.9, with chance near 0.6 and 0.8."}}
groups = {name: right for name, (right, _) in agree.items()}
chance = {name: np.nanmean(dealt) for name, (_, dealt) in agree.items()}
text = "correlation names the change\nthat moves most (share of units)"
_, ax = plt.subplots(figsize=(7, 3.8))
effect_plots.beside_chance(groups, chance, text, ax).set_ylim(0, 1.03);

# %% mystnb={"image": {"alt": "How far the median latent of each network moves, in two panels: furthest for what falls and the air, less for intensity and concentration. Riming is low, and a little higher than nothing, in all rows and by more in rows of snow."}}
_, axes = plt.subplots(1, 2, figsize=(9.5, 3.8), sharey=True)
for ax, title, found_moved in zip(
    axes, ("all rows", "rows of snow"), (moving["latents"], in_snow)
):
    typical = found_moved.nanquantile(0.5, dim=1)  # (networks, changes)
    plots.strip(dict(zip(ARMS, typical.T)), "", tint="latents", ax=ax)
    ax.set_title(title, fontsize=10)
    ax.tick_params(axis="x", rotation=35)
axes[0].set(ylabel="moved, median latent", ylim=(0, None));

# %%
for title, one in {"all rows": moving["latents"], "snow": in_snow}.items():
    riming, nothing = one[..., ARMS.index("riming")], one[..., -1]
    alive = ~nothing.isnan()
    more = (riming > nothing)[alive].double().mean()
    middle = (x[alive].median() for x in (riming, nothing))
    print(f"{title}, median latent: riming {next(middle):.3f},", end=" ")
    print(f"nothing {next(middle):.3f}; riming is ahead in {more:.0%}")

# %% [markdown]
# **Takeaway.** The correlation names what moves a unit most more often than chance would. For latents it is still often wrong: what goes with a latent most may not be what moves it most. With the phase as one, chance alone is right in most cases, and little is left to find. Compare the two maps of network 0, row by row: a frame does not mean that its cause does the moving.
#
# What falls and the air move units most. Remember that these two lead furthest from the ordinary.
#
# And riming? It moves most latents a little more than counting the same particles anew. In snow, where it can act, the difference is larger: in rain there is nothing for it to change. Small, but there.
#
# ## Handsome and idle
#
# Now a latent that looks meaningful and is not, on purpose. Take the fifty classifiers that were taught *shuffled* labels ({doc}`10_reading_features`). There was nothing to learn about the weather. Explain all of their latents, and choose the one whose explanation fits best on part two, as anyone would who looks for a good example.

# %%
sham = copies["shuffled"]["phase"]
told_sham, (past, later) = explained(*sham, "latents")


def fit(one, activation):
    said = one.predict(parts.sae.frame)
    return explaining.correlation(said, activation)

# %%
fits = np.array([
    [fit(one, activation) for one, activation in zip(row, units)]
    for row, units in zip(told_sham, past.permute(1, 2, 0).numpy())
])
chosen = np.unravel_index(np.nanargmax(fits), fits.shape)
card = told_sham[chosen[0]][chosen[1]]
print(card.words)
print(f"r on part two {fits[chosen]:.2f}, on part three {card.score:.2f}")
print(f"control {card.control:.2f}")

# %% [markdown]
# And the six rows of part three in which it is loudest:

# %%
loudest = later[:, *chosen].topk(6).indices.numpy()
shown = ["phase", *parts.predictors]
parts.test.frame.iloc[loudest][shown].round(2)

# %% [markdown]
# What a card! A clean rule in physical units, confirmed on new storms, far above its control, and top samples that agree. You would give it a name. Now ask what it does.


# %%
def phases(copied):
    run = attribution.through(copied.net, copied.sae)
    return lambda latents: run(latents).softmax(-1)

# %%
moves = {"shuffled": attribution.moves(later, phases(sham))}
moves["labels"] = attribution.moves(latents, phases(phase))
silent = attribution.clamped(later, int(chosen[1]))
both = (phases(sham)(u)[:, chosen[0]].argmax(-1) for u in (later, silent))
says, without = both
print("its network says:", {PHASES[i] for i in says.tolist()})
print("answers that change without it:", int((says != without).sum()))
most = moves["shuffled"][chosen]
print(f"largest mean change of a probability: {most:.3f}")

# %% [markdown]
# Its network gives one answer whatever the weather, with this latent or without. The story on the card is true all the same. Many units of a small network are simple functions of five inputs, so a tree finds words for them, learnt or not. A good explanation says when a unit is on. It does not say that anybody listens.
#
# Is that a trick of the shuffled labels? Put all latents on a map, those of the proper networks beside it. The dashed lines are ours: an explanation reads well from 0.8 on, and a latent is idle if ablating it moves no probability by 0.02 on average.

# %% mystnb={"image": {"alt": "Probability moved by ablation, logarithmic, against the score of the explanation, one dot per latent. Left, proper labels: a cloud that rises at the right end to the largest effects at scores above 0.8. Right, shuffled labels: a flat cloud mostly below the dashed line at 0.02, with the chosen latent ringed at a score above 0.9, below the line."}}
scores = {"labels": outcomes["phase", "latents"][0]}
scores["shuffled"] = explaining.field(told_sham, "score")
panels = {name: (scores[name], moves[name]) for name in scores}
ring = {"shuffled": tuple(xy[chosen] for xy in panels["shuffled"])}
text = "score of the explanation", "probability moved by ablation"
effect_plots.reading_and_doing(panels, 0.8, 0.02, *text, ring);

# %%
table = {}
for name, (score, move) in panels.items():
    all_of_them, well = ~np.isnan(score), score >= 0.8
    idle, much = move.numpy() < 0.02, move.numpy() > 0.05
    table[name] = {
        "explained": all_of_them.sum(),
        "explained, idle": f"{idle[all_of_them].mean():.0%}",
        "read well": well.sum(),
        "read well, idle": f"{idle[well].mean():.0%}",
        "read less well (< 0.8), move 0.05": ((score < 0.8) & much).sum(),
        "read well, move 0.05": (well & much).sum(),
    }
pd.DataFrame(table)

# %% [markdown]
# **Takeaway.** Where nothing was learnt, most latents are idle, and most of those that read well are, too. Yet fewer of these are idle than of all: reading well goes with moving more even there. In the proper networks the cloud rises to the right, and its tip is the good news: of the latents that move the answers much, most are well explained. So a latent that reads well is some evidence that it does something. It is no proof.
#
# An explanation worth keeping passes all of these: it holds in other storms; the best of as many units that learnt nothing does not pass as easily; ablating the unit changes the answer; and steering it changes the answer the way the explanation says.
#
# ## On a table of your own
#
# All this needs a network, an autoencoder and rows. Here are those of {doc}`09b_layers_and_rain`, which answer yes or no, on the table that `SNOWFALL_WEATHER` names. Ten networks will do. How far does each latent move the probability of yes, and is the direction foretold?

# %%
from helpers.weather.choice import chosen as table_of_choice

described = table_of_choice().columns
told_own, (before, now) = explained(*own, "latents", described, count=10)
spliced = attribution.through(*own[1:])

# %%
def yes(few):  # the autoencoder holds fifty networks: fill the others up
    rest = everything[: len(few), 10:]
    return spliced(torch.cat([few, rest], 1)).sigmoid()[:, :10]


everything = own[2].encode(own[1].hidden(own[0].test.x))
moved_own = attribution.moves(now, yes)
push = attribution.pushes(now, yes, before.amax(0))

# %%
alive = ~np.isnan(explaining.field(told_own, "score"))
guess = each(lambda one: foretold(one, own[0].sae), told_own)
right, dealt = shares(guess, came(push), alive)
print("table:", own[0].source)
print(f"latents that move 0.02 or more: {(moved_own >= 0.02).sum()}")
print(f"of {alive.sum()} explained")
print(f"foretold rightly {np.nanmean(right):.0%},", end=" ")
print(f"by chance {np.nanmean(dealt):.0%}")

# %% [markdown]
# The causes of a table of measurements are not recorded, so the last two tests, resampled causes and changed ones, remain the simulator's.
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
def of_snow(units):
    return csi(run(units))[:, 1]

# %%
zeros = attribution.ablations(latents, of_snow, value=0.0)
mine = None
effect_answers.at_zero(mine, zeros, lost["latents"][..., 1])

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
effect_answers.at_zero(mine, zeros, lost["latents"][..., 1])

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

sizes = [matching.correlations(truth, u).abs() for u in (latents, twins)]
pairs = [matching.assign(size).similarity for size in sizes]
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
hidden = net.hidden(parts.sae.x)[:, 0]
temperature = torch.tensor(parts.sae.frame["temperature"].to_numpy())
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
x, y = x - x.mean(0), y - y.mean()
mixture = torch.linalg.lstsq(x, y.unsqueeze(1)).solution[:, 0]
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
# - What an ablation costs depends on the weather whose mean a unit is held at.
# - Explanations foretell effects better than chance: mostly right between rain and snow, less often among three phases; those of latents no better than those of neurons.
# - Which cause a latent goes with is sure for a minority. What moves it is another question, which needs an {term}`intervention`.
# - A unit can read well and do nothing. That it reads well is some evidence that it does something, and no proof. Ask both questions of each.
#
# ## What's next
#
# So far the five inputs were given. {doc}`11_input_search` repeats the published search over hundreds of sets of inputs, and asks what choosing the best one does.
#
# ## Further reading
#
# King et al. for the networks {cite:p}`king2025`; Bills et al. {cite:p}`bills2023` and Foote et al. {cite:p}`foote2023` for explanations that are scored; Adebayo et al. for controls in which nothing was learnt {cite:p}`adebayo2018`.
