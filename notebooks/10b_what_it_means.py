# %% [markdown]
# # 10b · What does a latent mean?
#
# You will say in degrees and metres per second when a unit is on, let code write such a sentence for every neuron and every latent, and score all of them on storms that no sentence has seen.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 45 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`10_reading_features`. **Helpful:** {doc}`06b_phase_and_rate`, having met decision trees.
# - **You will be able to** *draw* a unit's response in physical units, *find* the threshold at which it turns on, *measure* what it says in bits, *score* an explanation on held-out rows, and *compare* latents with neurons fairly.
# :::
#
# ## Warm up
#
# :::{dropdown} A latent is loudest in six blocks, all below −10 °C. Is it a cold detector?
# Perhaps the six come from one storm, which was also dry and windy. And perhaps it is almost as loud at +5 °C, where you did not look.
# :::
#
# :::{dropdown} A unit is on only between −2 and +2 °C. How large is its correlation with temperature?
# It can be near zero. The line that fits best rises on one side and falls on the other. Correlation sees lines, and this is a hill.
# :::
#
# :::{dropdown} An explanation says 'never on' of a unit that is on in 3% of the rows. How often is it right?
# In 97% of them. Ask as well in what share of the rows where it *is* on this was foretold, and take the mean of both.
# :::
#
# ## Twenty networks, two kinds of unit
#
# Take the first twenty classifiers and the first twenty regressors of {doc}`10_reading_features`, with their autoencoders in the published setting. The simulator's table is used whatever `SNOWFALL_WEATHER` says, because the claims are about these networks. Explanations are made on part two, which trained the autoencoder. They are judged on part three, which nobody has seen.

# %%
import torch

from helpers import plots, weather, zoo

torch.set_num_threads(1)
plots.house()
NETWORKS = 20
table = weather.load("simulator", n=10_000)
questions = {"classifier": "phase", "regressor": "rate"}
found = zoo.snow_autoencoders()["labels"]
copies = {name: found[key] for name, key in questions.items()}


# %%
@torch.no_grad()
def both(copied, part):
    hidden = copied.net.hidden(part.x)
    latents = copied.sae(hidden)[1]
    return {"neurons": hidden[:, :NETWORKS], "latents": latents[:, :NETWORKS]}


past = {name: both(one, one.parts.sae) for name, one in copies.items()}
later = {name: both(one, one.parts.test) for name, one in copies.items()}

# %% [markdown]
# ## From a correlation to a response
#
# A correlation is one number. A {term}`response curve` is a whole line. Set one input of *every* row to the same value, and leave the other inputs as they are. Average what the unit says. Repeat it for many values {cite:p}`friedman2001`.


# %%
@torch.no_grad()
def response(units, x, column, values):
    curve = []
    for value in values:
        moved = x.clone()
        moved[:, column] = value
        curve.append(units(moved).mean(0))
    return torch.stack(curve)  # (values, networks, units)


# %% [markdown]
# The network reads standardised inputs. You do not, so turn the axis back into physical units. Two of the inputs were logarithms. Start with the classifiers.

# %%
parts, net, sae = copies["classifier"]
rows, x = parts.test.frame, parts.test.x[::4]
readers = {"neurons": net.hidden, "latents": lambda x: sae(net.hidden(x))[1]}


def physical(column, z):
    values = z * parts.scaler.scale_[column] + parts.scaler.mean_[column]
    log = table.columns[parts.predictors[column]].log_scaled
    return 10**values if log else values


# %%
curves = {kind: {} for kind in readers}
for column, name in enumerate(parts.predictors):
    z = torch.linspace(x[:, column].min(), x[:, column].max(), 31)
    for kind, units in readers.items():
        curve = response(units, x, column, z)[:, :NETWORKS]
        curves[kind][name] = physical(column, z), curve

# %% tags=["nbval-check-output"]
from helpers import attribution

z = torch.tensor([-1.0, 0.0, 2.0])
ours = response(readers["latents"], x, 3, z)
helper = attribution.response_curve(readers["latents"], x, 3, z)
print("helper agrees:", torch.allclose(ours, helper))

# %% [markdown]
# Here are the six neurons and the twelve latents of network 0, against three of the five inputs. Numbers stand at the higher end of the larger curves; units are counted from 0. One network is an anecdote, so read it as one. The grey band holds nine tenths of the rows.

# %% mystnb={"image": {"alt": "Response curves of network 0 in six panels: neurons above, latents below, against fall speed, mass-weighted mean diameter on a logarithmic axis, and air temperature. All curves are smooth ramps with soft bends, some rising, some falling. One or two units dominate each panel, and most latents stay near zero."}}
from helpers import meaning_plots

shown = ["fs", "dm", "temperature"]
of_first = {}
for kind in curves:
    pairs = {name: curves[kind][name] for name in shown}
    of_first[kind] = {n: (at, curve[:, 0]) for n, (at, curve) in pairs.items()}
meaning_plots.responses(of_first, table.columns, rows, "activation");

# %% [markdown]
# **Takeaway.** A neuron is a ramp with a bend, and the average over rows rounds the bend off. A latent is a ramp on a few such ramps, so its curves look much the same, only lower. None is a step. And a unit that moves with one input moves with others too: no curve tells you which input is *the* one.
#
# One warning. A row with the fall speed of rain in the cold of January never occurs, but the curve is an average over such rows. So put the rows as they are beside it: sort them by the input, cut them into ten groups of equal size, and average within each. Take the latent of network 0 that moves most with temperature.

# %%
temperature = parts.predictors.index("temperature")
of_temperature = curves["latents"]["temperature"][1][:, 0]
latent = (of_temperature.amax(0) - of_temperature.amin(0)).argmax().item()
activation = later["classifier"]["latents"][:, 0, latent]


def beside(network, unit):
    panels, units = {}, later["classifier"]["latents"][:, network, unit]
    for column, (name, (at, curve)) in enumerate(curves["latents"].items()):
        groups = parts.test.x[:, column].argsort().chunk(10)
        middle = [rows[name].iloc[group.numpy()].median() for group in groups]
        means = [units[group].mean() for group in groups]
        panels[name] = at, curve[:, network, unit], middle, means
    return panels


# %% mystnb={"image": {"alt": "One latent against each of the five inputs: a curve for the input moved alone, circles for the rows as they are. With temperature and humidity both agree. With fall speed the curve is nearly flat while the circles rise from near zero, and with diameter the circles fall faster than the curve. The curves run on beyond the grey band, where there are hardly any circles."}}
panels = beside(0, latent)
meaning_plots.beside(panels, table.columns, rows, f"latent {latent}");

# %% [markdown]
# **Takeaway.** Line and circles answer different questions. The line says what the *network* does with this input. The circles say what goes along with it in the *weather*. Where they part, the unit follows other inputs that come with this one, and a correlation would have fooled you. Outside the grey band there are hardly any circles. There the line is a guess.
#
# Now many networks. In each of the twenty, take the unit that moves most with an input, and divide its curve by its largest value.


# %%
def most_moved(kind, name):
    at, curve = curves[kind][name]
    most = (curve.amax(0) - curve.amin(0)).argmax(-1)  # (networks,)
    picked = curve[:, torch.arange(NETWORKS), most]
    return at, picked / picked.amax(0)


# %% mystnb={"image": {"alt": "Curves of the most moved unit of each of twenty networks, scaled to end at one, neurons above and latents below, against fall speed, diameter and air temperature. In both rows nearly all rise with fall speed and temperature, and either rise or fall with diameter. A few latents stay flat longer before they rise."}}
moved = {kind: {n: most_moved(kind, n) for n in shown} for kind in curves}
label = "share of largest"
meaning_plots.responses(moved, table.columns, rows, label, one_tint=True);

# %% [markdown]
# **Takeaway.** The strongest latents respond as the strongest neurons do: the same inputs, the same directions, the same soft bends. Some bend later, that is, they are silent over more of the range. If an autoencoder made detectors out of ramps, you would see it here.
#
# **Try it.** Put `n0` and `relative_humidity` into `shown`.
#
# ## The threshold that switches it on
#
# King et al. say that their classifier's latents are tied to *thresholds* of temperature and fall speed {cite:p}`king2025`. A threshold is a sentence: 'on above 1.9 m/s'. The simplest model of this kind is a {term}`stump`: one input, one threshold, one mean on each side. With $n$ rows of mean $m$ on either side, the best stump makes $n_1 m_1^2 + n_2 m_2^2$ as large as it can be; that is the same as leaving the least variance.


# %%
def stump(values, activation, least=0.03):
    order = values.argsort()
    v, a = values[order].double(), activation[order].double()
    n, total = torch.arange(1, len(a)), a.cumsum(0)
    left, right = total[:-1], total[-1] - total[:-1]
    gain = left**2 / n + right**2 / (len(a) - n)
    enough = n.minimum(len(a) - n) >= int(least * len(a))
    k = gain.where(enough & (v[1:] > v[:-1]), -torch.inf).argmax()
    return gain[k].item(), ((v[k] + v[k + 1]) / 2).item()


# %% [markdown]
# Each side must hold 3% of the rows, since a rule about a handful is about nothing. Try all five inputs on the latent from above, in part two. The helper grows a tree of scikit-learn and must find the same.

# %% tags=["nbval-check-output"]
from helpers.explaining import explain

frame, before = parts.sae.frame, past["classifier"]["latents"][:, 0, latent]
seen = {name: torch.tensor(frame[name].values) for name in parts.predictors}
stumps = {name: stump(values, before) for name, values in seen.items()}
best = max(stumps, key=lambda name: stumps[name][0])
pair = (frame, before), (rows, activation)
one = explain(*pair, parts.predictors, table.columns, depth=1)
name, threshold = one.splits[0]
print("same input:", name == best)
print("same threshold:", abs(threshold - stumps[best][1]) < 1e-3)

# %%
print(f"latent {latent}: {one.words}")

# %% [markdown]
# Code wrote that sentence from the tree. Now write one for every unit of all forty networks, with trees of depth one, two and three. Each unit also gets a {term}`control`: a second tree, fitted to what the unit did in *other hours*, which you get by moving the activation along in a circle. You will need scores and controls further down.

# %%
from helpers.explaining import explain_all

explained, kinds = {}, ("neurons", "latents")


def explain_units(question, kind, depth):
    part = copies[question].parts
    frames = part.sae.frame, part.test.frame
    pair = zip(frames, (past[question][kind], later[question][kind]))
    found = explain_all(*pair, part.predictors, table.columns, depth=depth)
    explained[question, kind, depth] = found  # [network][unit]


for question in copies:
    for depth in (1, 2, 3):
        for kind in kinds:
            explain_units(question, kind, depth)

# %% [markdown]
# Which input does a unit's best stump split? A unit that is dead in either part has no score and is left out.

# %%
import numpy as np


def tied(question, kind, names):
    """Percentage of living units whose best stump splits one of names."""
    shares = []
    for units in explained[question, kind, 1]:
        living = [one for one in units if np.isfinite(one.score)]
        shares.append(np.mean([one.splits[0][0] in names for one in living]))
    return 100 * np.array(shares)


# %% mystnb={"image": {"alt": "Share of units whose stump splits each of the five inputs, a dot per network, neurons beside latents, with a dashed line for chance. Fall speed and air temperature lie highest. Fall speed is split by about half of the neurons and fewer latents. Latents split diameter and humidity more often than neurons do; hardly any unit splits n0."}}
split = {}
for name in parts.predictors:
    both_kinds = {kind: tied("classifier", kind, [name]) for kind in kinds}
    split[name.replace("_", "\n")] = both_kinds
meaning_plots.paired(split, "units whose stump splits it (%)", 20, "chance");

# %% [markdown]
# The rules were written before any unit was explained. Two of five inputs are meant, so 40% would be chance. *In pattern* asks for half as much again; the second row subtracts the neurons, which the paper does not.

# %%
from helpers import scorecard

meant = ["temperature", "fs"]
share = {kind: tied("classifier", kind, meant) for kind in kinds}
scorecard.record("king-tied-classifier", share["latents"])

# %%
more = share["latents"] - share["neurons"]
scorecard.record("king-tied-beyond-neurons", more)

# %%
meant = ["n0", "lambda", "reflectivity_3", "reflectivity_4"]
scorecard.record("king-tied-regressor", tied("regressor", "latents", meant))

# %% [markdown]
# **Takeaway.** Latents *are* tied to temperature and fall speed more often than chance would have it. The average is near what the rule asks, but its interval is too wide to say so. And neurons are tied to them more often. The classifier needs these two inputs, its neurons lean on them; the latents inherit that and dilute it with inputs that neurons split less. For the regressor four of five inputs are meant, which is 80% by chance, and its latents do not even reach that.
#
# Where do the thresholds lie?

# %% mystnb={"image": {"alt": "Histograms of the thresholds of first splits, for temperature and for fall speed. Neurons crowd at a few values within five degrees of zero and near two metres per second. Latents have thresholds there too, and others down to minus fourteen degrees and up to more than four metres per second."}}
panels = {name: {} for name in ("temperature", "fs")}
for name in panels:
    for kind in kinds:
        units = sum(explained["classifier", kind, 1], [])
        splits = [one.splits[0] for one in units if one.splits]
        panels[name][kind] = [at for place, at in splits if place == name]
labels = [meaning_plots.label(table.columns[name]) for name in panels]
meaning_plots.histograms(panels, labels);

# %% [markdown]
# **Takeaway.** Neurons crowd at a few values, between −5 and 5 °C and near 2 m/s: where rain and snow are told apart. Latents have thresholds there as well, and others far away on both sides, where what falls is not in question.
#
# With two splits the sentences get longer. Here are the best, the middle and the worst of network 0, by their score on part three.


# %%
def ranked(question, network, kind="latents", depth=2):
    units = explained[question, kind, depth][network]
    living = [i for i, one in enumerate(units) if np.isfinite(one.score)]
    return sorted(living, key=lambda i: -units[i].score)


for question in copies:
    order = ranked(question, 0)
    for i in (order[0], order[len(order) // 2], order[-1]):
        one = explained[question, "latents", 2][0][i]
        print(f"{question}, latent {i}, r = {one.score:.2f}\n  {one.words}")

# %% [markdown]
# Each is a sentence that you could believe. The last ones should not be believed, and nothing in their wording says so. That is why explanations get scores.
#
# ## What a correlation cannot see
#
# A unit that is on in a middle range can have no correlation at all. {term}`Mutual information` sees any shape. Cut the unit and the input into eight equally full bins, count the 64 cells, and compare with what the counts would be if the two had nothing to do with each other {cite:p}`shannon1948`. The answer is in *bits*: one bit is what the answer to a fair yes-or-no question tells.


# %%
def bins(x):
    edges = x.sort(0).values[[len(x) * k // 8 - 1 for k in range(1, 8)]]
    return (x > edges.unsqueeze(1)).sum(0)  # equal values share a bin


def bits(unit, values):
    cells, ones = torch.zeros(8, 8), torch.ones(len(unit))
    joint = cells.index_put((bins(unit), bins(values)), ones, accumulate=True)
    joint = joint.double() / len(unit)
    apart = joint.sum(1, keepdim=True) * joint.sum(0)
    return (joint * (joint / apart).log2()).nansum().item()


# %% tags=["nbval-check-output"]
from sklearn.metrics import mutual_info_score

from helpers import information

degrees = parts.test.x[:, temperature]
ours = bits(activation, degrees)
nats = mutual_info_score(bins(activation), bins(degrees))
units = later["classifier"]["latents"]
every = information.mutual_information(units, parts.test.x)
print("scikit-learn agrees:", abs(ours - nats / np.log(2)) < 1e-6)
helper = every[0, latent, temperature].item()
print("helper agrees:", abs(ours - helper) < 1e-5)

# %% [markdown]
# Information is never negative, so even chance has some. Subtract it: take the inputs of other hours, at ten shifts, and average.

# %%
from helpers import metrics

said, r = {}, {}
for question, copied in copies.items():
    for kind, units in later[question].items():
        pair = units, copied.parts.test.x
        chance = information.control(*pair)
        said[question, kind] = information.mutual_information(*pair) - chance
        r[question, kind] = metrics.correlations(*pair)

# %% mystnb={"image": {"alt": "Bits beyond chance against the absolute correlation, a mark for each pair of unit and input, for classifier and regressor, with a grey line that rises ever more steeply. Most marks follow the line. At the left, below a correlation of about 0.3, some marks lie well above it, most of them latents."}}
panels = {q: {k: (r[q, k].abs(), said[q, k]) for k in kinds} for q in copies}
axes = meaning_plots.seen(panels, "|r| with an input", "bits beyond chance")
line = torch.linspace(0, 0.99, 100)
for ax in axes:
    ax.plot(line, -0.5 * (1 - line**2).log2(), color=plots.INK)

# %% [markdown]
# The grey line is what $r$ alone would imply for bell-shaped quantities. Marks far above it at the left are pairs that correlation misses.
#
# :::{dropdown} I am confused by this plot
# A mark is one unit with one input. Further right, a straight line describes the pair better. Further up, knowing the input tells more about the unit. If all relations were straight and all quantities bell-shaped, the marks would lie on the grey line. A unit that is on in the middle, or at both ends, lies at the left and still high up. Values just below zero are chance: the control was a little luckier.
# :::
#
# How many units that have no {term}`sensitive input` say something about an input all the same, at least 0.15 bits?

# %%
for (question, kind), units in r.items():
    alive = ~metrics.dead(later[question][kind])
    obscure = (units.abs().amax(-1) <= 0.4) & alive
    speak = obscure & (said[question, kind].amax(-1) > 0.15)
    counts = f"{alive.sum()} living, {obscure.sum()} without a sensitive input"
    print(f"{question}, {kind}: {counts}, {speak.sum()} of them speak")

# %% [markdown]
# **Takeaway.** Neurons without a sensitive input are rare. Among latents they are not, and a fair part of them does tell something about an input, along a curve. So 'no sensitive input' does not mean 'no meaning', and a count of frames misses those. 0.15 bits is an arbitrary line; move it.
#
# ## Not only the loudest
#
# Take the latent of network 0 whose sentence scores best. First the six blocks where it is loudest. Then eight from its whole range: all blocks where it is on, in order, one from the middle of each eighth.

# %%
import pandas as pd

best = ranked("classifier", 0)[0]
loud = later["classifier"]["latents"][:, 0, best]
words = explained["classifier", "latents", 2][0][best].words
print(f"latent {best}: {words}")
storm = torch.tensor(parts.test.truth["storm"].values)
named = {"activation": loud, "storm": storm, "phase": rows["phase"].values}
blocks = pd.DataFrame(named | {n: rows[n].values for n in parts.predictors}).round(2)
blocks.iloc[loud.topk(6).indices]

# %%
on = blocks[blocks.activation > 0].sort_values("activation")
on.iloc[[int((k + 0.5) / 8 * len(on)) for k in range(8)]]

# %% [markdown]
# **Try it.** Replace `best` by the last of `ranked("classifier", 0)`, whose sentence scores worst. Would the six loudest blocks alone have told you?
#
# The loudest blocks always look tidy. The quantiles tell what the unit does most of the time {cite:p}`bills2023`. And look at the storms: how many do the loudest hundred blocks come from?


# %%
def storms(units, top=100):
    """Storms behind the loudest rows: the mean over units on that often."""
    where = storm[units.topk(top, 0).indices].sort(0).values
    count = (where[1:] != where[:-1]).sum(0) + 1  # (networks, units)
    enough = (units > 0).sum(0) >= top
    return (count * enough).sum(1) / enough.sum(1)


# %% mystnb={"image": {"alt": "Number of storms behind the loudest hundred blocks, a dot per network. Neurons and latents both lie around twelve, random units around twenty-five."}}
generator = torch.Generator().manual_seed(0)
drawn = torch.rand(len(storm), NETWORKS, 12, generator=generator)
everyone = later["classifier"] | {"random": drawn}
counted = {kind: storms(units) for kind, units in everyone.items()}
plots.strip(counted, "storms of the loudest hundred blocks").set_ylim(0, None);

# %% [markdown]
# **Takeaway.** A hundred blocks are about a dozen examples, for neurons and latents alike, where a hundred at random (the grey dots) would be twice as many. Blocks of one storm are alike, so you have seen fewer cases than you think.
#
# Last, all blocks by what fell, for the best latent and for the best neuron.

# %% mystnb={"image": {"alt": "Histograms of the activation where it is on, by what fell, for the best neuron and the best latent of network 0. In both, rain forms a broad hill at the right, snow is low, most of it near zero, and mixed lies from low to middle. The neuron is off in most of the snow, the latent in little of it."}}
panels = {}
for kind in kinds:
    unit = ranked("classifier", 0, kind)[0]
    values, groups = later["classifier"][kind][:, 0, unit], {}
    for phase in table.classes:
        fell = values[torch.tensor((rows["phase"] == phase).values)]
        off = (fell == 0).float().mean()
        groups[f"{phase}\n(off in {off:.0%})"] = fell[fell > 0]
    panels[f"{kind[:-1]} {unit}"] = groups
meaning_plots.histograms(panels, 2 * ["activation where it is on"]);

# %% [markdown]
# **Takeaway.** Where the outlines overlap, the unit alone cannot tell what fell. And look whether it is *off* in a class or merely low. A count of on and off sees only the first, a correlation mostly the second. That is why units get two scores.
#
 ## Explanations, scored
#
# An explanation is worth what it foretells {cite:p}`bills2023,foote2023`. Each tree was fitted on part two. Let it predict every unit in part three, and correlate that with what the unit did. This is a severe test: part two is mostly snow, part three mostly rain, and the storms are others, but for one that the border cuts. It is equally severe for neurons and latents. A unit that is mostly off is hard to catch by $r$, so take {term}`balanced accuracy` as well: the mean of two shares, of the rows where it is on and of those where it is off, in which that was foretold.


# %%
from helpers.explaining import field


def mean(question, kind, depth=2, score="score"):
    return np.nanmean(field(explained[question, kind, depth], score), 1)


# %% mystnb={"image": {"alt": "Held-out correlation of explanation and activation, mean over the units of a network, for trees of depth one, two and three, classifier and regressor. Scores rise with depth. Neurons lie above latents in every group, clearly in the classifier, with overlapping clouds in the regressor."}}
depths = {}
for question in copies:
    for depth in (1, 2, 3):
        pair = {kind: mean(question, kind, depth) for kind in kinds}
        depths[f"{question}\ndepth {depth}"] = pair
meaning_plots.paired(depths, "held-out r, mean over units");

# %% [markdown]
# The claim says that latents are easier to interpret. If so, a tree of two splits should explain them better than neurons, network by network.

# %%
ahead = {q: mean(q, "latents") - mean(q, "neurons") for q in copies}
scorecard.record("king-explained-classifier", ahead["classifier"])

# %%
scorecard.record("king-explained-regressor", ahead["regressor"])

# %% [markdown]
# **Takeaway.** It is the other way round. At every depth, in both tasks, the same tree explains neurons better than latents. A latent reads several neurons, so its boundary is a slanted cut through five inputs, and sentences in single inputs describe it worse.
#
# Is that fair? Latents are on less often. So let two rivals play that are built like them, from {doc}`10_reading_features`: the halves of the {term}`PCA`, and the {term}`random dictionary`, whose units are on as often as the latents of the same network.

# %%
from helpers import controls

for question in copies:
    before, after = (part_of[question]["neurons"] for part_of in (past, later))
    sparse = torch.cat([past[question]["latents"], later[question]["latents"]])
    rate = (sparse > 0).float().mean(0)
    twins = controls.random_twin(torch.cat([before, after]), rate, seed=5000)
    twins = twins.tensor_split([len(before)])
    for units, at, drawn in zip((past, later), (before, after), twins):
        units[question] |= {"random": drawn, "PCA": controls.halves(before, at)}
    for kind in ("random", "PCA"):
        explain_units(question, kind, 2)

# %% mystnb={"image": {"alt": "Scores of neurons, latents, PCA halves and random units in the classifier and the regressor: r, the control, and balanced accuracy. Controls scatter around zero for all. Neurons lie highest in r and in balanced accuracy. In the classifier latents lie below the random units, in the regressor above them in r and level in balanced accuracy."}}
scores = {"score": "r", "control": "control", "balanced": "balanced"}
rivals = ("neurons", "latents", "PCA", "random")
groups = {}
for question in copies:
    for score, word in scores.items():
        means = {kind: mean(question, kind, score=score) for kind in rivals}
        groups[f"{question}\n{word}"] = means
meaning_plots.paired(groups, "mean over units");

# %%
leads = {}
for group, means in groups.items():
    for kind in ("neurons", "PCA", "random"):
        lead = means["latents"] - means[kind]
        low, high = metrics.bootstrap_interval(lead)
        told = f"{lead.mean():+.2f} ({low:+.2f} to {high:+.2f})"
        leads[group.replace("\n", ", "), f"less {kind}"] = told
pd.Series(leads).unstack()

# %% [markdown]
# **Takeaway.** All real trees beat their controls, which scatter around zero: there is something to explain in every kind of unit. But neurons lead everywhere. Latents beat the halves of the PCA by $r$. Against directions drawn at random they are no better in the classifier. In the regressor they are ahead by $r$, though not by balanced accuracy. Be careful with the twins: there is one for each latent, and other draws move these rows a little.
#
# Is it sparsity alone? Look at every unit: the score against how often it is on.

# %% mystnb={"image": {"alt": "Held-out score of each unit against the share of rows in which it is on, for classifier and regressor. Units that are hardly ever on score low, most of them random ones. Elsewhere the clouds are wide and overlap; more neurons than latents lie at the top, and more latents in the lower half."}}
panels = {question: {} for question in copies}
for question in copies:
    for kind in ("neurons", "latents", "random"):
        on = (later[question][kind] > 0).float().mean(0)
        score = field(explained[question, kind, 2], "score")
        panels[question][kind] = on, score
meaning_plots.seen(panels, "share of rows it is on", "held-out r");

# %%
quarters = {}
for question in copies:
    for kind, (on, score) in panels[question].items():
        quarter = pd.cut(on.numpy().ravel(), [0, 0.25, 0.5, 0.75, 1])
        each = pd.Series(score.ravel()).groupby(quarter, observed=True)
        quarters[question, kind] = each.mean().round(2)
pd.DataFrame(quarters).rename_axis("share it is on").T

# %% [markdown]
# **Takeaway.** Units that are hardly ever on score badly, and random ones most of all. But in nearly every quarter the average neuron still scores better than the average latent. Sparsity is not the whole reason.
#
# One more way to be fooled. A language model has millions of rows, and most units are off in nearly all of them, so Bills et al. score on random rows *and* on the loudest ones together. What does that do here? Take fifty of each.

# %%
def on_rows(expected, came, places):
    """r over some rows, other ones for each unit: the mean over units."""
    e, c = (v.gather(0, places) for v in (expected, came))
    e, c = e - e.mean(0), c - c.mean(0)
    return ((e * c).sum(0) / (e.norm(dim=0) * c.norm(dim=0))).nanmean(1)


# %%
from helpers.explaining import predictions

named = ("random", "both", "loudest")
sets = {f"{question}\n{name}": {} for question in copies for name in named}
for question, kind in [(q, k) for q in copies for k in kinds]:
    frame = copies[question].parts.test.frame
    came = later[question][kind].double()
    expected = torch.tensor(predictions(explained[question, kind, 2], frame))
    some = torch.rand(came.shape, generator=torch.Generator().manual_seed(0))
    some, loudest = some.topk(50, 0).indices, came.topk(50, 0).indices
    for name, which in zip(named, (some, torch.cat([some, loudest]), loudest)):
        sets[f"{question}\n{name}"][kind] = on_rows(expected, came, which)

# %% mystnb={"image": {"alt": "Scores on fifty random rows, on these with the fifty loudest, and on the loudest alone, for classifier and regressor, a dot per network. With both sets scores rise a little, more for latents. On the loudest alone they fall to about 0.2 in the classifier and 0.3 in the regressor, for neurons and latents alike."}}
meaning_plots.paired(sets, "r, mean over units");

# %% [markdown]
# **Takeaway.** With the loudest rows added, scores rise, and more for latents than for neurons: many zeros and a few large values are easy to correlate with. Among the loudest rows alone little is left. The sentences say *whether* a unit is strong. They hardly say how strong. And the choice of rows alone narrows the gap between two kinds of unit, so always say which rows.
#
# ## Browse them yourself
#
# Enough averages. Below is what {cite:t}`bills2023` and others built for language models, for three small networks: the classifier and the regressor of seed 0, and the rain network of seed 0 of {doc}`09b_layers_and_rain`, on whatever table you chose. Each is explained by trees of depth two. First make the records.

# %%
from helpers.widgets.feature_browser import Reading
from helpers.widgets.inspector import record_network


def reading(name, copied, table):
    """Network 0 with its autoencoder and an explanation of each unit."""
    part, words = copied.parts, {}
    units = [(one.frame, both(copied, one)) for one in (part.sae, part.test)]
    for kind in kinds:
        pair = [(frame, found[kind][:, :1]) for frame, found in units]
        words[kind] = explain_all(*pair, part.predictors, table.columns)[0]
    record = record_network(copied.net, part, table, name=name)
    return Reading(record, copied.sae, **words)


# %% [markdown]
# The regressor reads `n0` and `lambda` without logarithms, as in {doc}`06b_phase_and_rate`.

# %%
from dataclasses import replace

from helpers.weather.choice import chosen

names = "n0", "lambda"
plain = {name: replace(table.columns[name], log_scaled=False) for name in names}
as_published = replace(table, columns=table.columns | plain)
rain, yours = zoo.Copied(*zoo.precipitation_autoencoder()), chosen()
readings = [
    reading("Snow classifier", copies["classifier"], table),
    reading("Snow regressor", copies["regressor"], as_published),
    reading(f"{yours.event.capitalize()}, {yours.source}", rain, yours),
]

# %%
from helpers.widgets import FeatureBrowser

FeatureBrowser(readings, inspector="inspector")

# %% [markdown]
# A card is a unit. The browser counts from 1, so latent 0 above is latent 1 here. Take the tour; each link sets the browser.
#
# 1. <a href="#features=net=snow-classifier;show=both;sort=score">Sort all units of the classifier by score</a>. Are the first cards neurons or latents? Open the first and the last. Would you have guessed the scores from the sentences?
# 2. <a href="#features=net=snow-classifier;show=latents;sort=effect;dead=hidden">Sort the latents by the effect of ablating them</a>. Do those with the largest effect have the best scores? {doc}`10c_what_it_does` takes this up.
# 3. Open a latent, choose an input and drag the point along its response curve. Then press a row of its top samples. The curve changes, because the other inputs are now that row's.
# 4. <a href="#features=net=snow-regressor;show=latents;sort=score">Go to the regressor</a>. Which of the sentences name the radar, which the concentration?
# 5. Filter by a word such as *temperature*. Then choose the third network: does a latent of the rain network mean anything to you?
#
# A neuron's card links to the Inspector of {doc}`07_inspector`, here without its training:

# %%
from helpers.widgets.inspector import Inspector

Inspector([one.record for one in readings])

# %% [markdown]
# ## Exercises
#
# ```{exercise-start} Explain it by hand
# :label: ex-by-hand
# ```
#
# *Difficulty 2 of 5, importance 5 of 5, 10 minutes.*
#
# Take the regressor of seed 1, and its latent with the best stump. Choose an input and a threshold, in physical units, by looking at part two: `frame` and `seen`. Put the pair into `mine`. Can you match the stump on part three?

# %%
from helpers import meaning_answers

target = ranked("regressor", 1, depth=1)[0]
part = copies["regressor"].parts
frame, seen = part.sae.frame, past["regressor"]["latents"][:, 1, target]
goal = part.test.frame, later["regressor"]["latents"][:, 1, target]
score = explained["regressor", "latents", 1][1][target].score
mine = None
meaning_answers.by_hand(mine, *goal, part.predictors, score)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `frame[name].corr(pd.Series(seen, frame.index))` finds candidates. Then call `stump` from above.
# :::
#
# ```{solution-start} ex-by-hand
# :label: sol-by-hand
# :class: dropdown
# ```

# %%
columns = {name: torch.tensor(frame[name].values) for name in part.predictors}
stumps = {name: stump(values, seen) for name, values in columns.items()}
name = max(stumps, key=lambda one: stumps[one][0])
mine = name, stumps[name][1]
meaning_answers.by_hand(mine, *goal, part.predictors, score)
print(mine)

# %% [markdown]
# The stump of part two is not always the best one for part three: the storms differ. A threshold nearby often does as well, so do not read it to three digits.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Never on
# :label: ex-never-on
# ```
#
# *Difficulty 1 of 5, importance 4 of 5, 5 minutes.*
#
# Take the rarest living latent of the classifiers in part three. What are the accuracy and the balanced accuracy of the explanation 'never on'? Put the pair into `mine`.

# %%
rates = (later["classifier"]["latents"] > 0).float().mean(0)
rarest = rates[rates > 0].min().item()
mine = None
meaning_answers.never(mine, rarest)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# It is right wherever the unit is off, and wrong wherever it is on.
# :::
#
# ```{solution-start} ex-never-on
# :label: sol-never-on
# :class: dropdown
# ```

# %%
mine = 1 - rarest, (0 + 1) / 2
meaning_answers.never(mine, rarest)

# %% [markdown]
# The mean over on and off is not impressed by silence. $r$ is not either: an explanation that never varies scores zero.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} What r misses
# :label: ex-misses
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 10 minutes.*
#
# Among the classifiers' latents, find the pair of unit and input with the most bits beyond chance where the absolute value of $r$ is below 0.1. Put (network, unit, input), counted from 0, into `mine`, and draw it with `beside`.

# %%
mine = None
pair = r["classifier", "latents"], said["classifier", "latents"]
meaning_answers.hidden(mine, *pair)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `where(condition, 0)` puts zeros elsewhere, and `np.unravel_index` turns the place of the largest into three numbers.
# :::
#
# ```{solution-start} ex-misses
# :label: sol-misses
# :class: dropdown
# ```

# %% mystnb={"image": {"alt": "The latent of the solution against the five inputs. With temperature the circles fall to a low near freezing point and rise again, and the curve does the same. With humidity both fall."}}
left = pair[1].where(pair[0].abs() < 0.1, 0)
place = np.unravel_index(left.argmax().item(), left.shape)
mine = tuple(int(i) for i in place)
meaning_answers.hidden(mine, *pair)
print("input:", parts.predictors[mine[2]])
meaning_plots.beside(beside(*mine[:2]), table.columns, rows, "activation");

# %% [markdown]
# Look at the circles of that input: they go up and down again, or down and up. A straight line through them is nearly flat.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - A response curve says what the network does with an input; averages over real rows say what goes along with it. Outside the rows it guesses.
# - The classifier's latents are tied to temperature and fall speed, and its neurons more so.
# - Mutual information finds units that correlation calls obscure. Chance must be subtracted.
# - The loudest rows are few storms. Look at quantiles, too.
# - Scored on storms held out, sentences about neurons foretell more than sentences about latents.
#
# That is a result about *these* autoencoders in the published setting, and about sentences that name inputs. Whoever allows slanted cuts may find another order.
#
# ## What's next
#
# A sentence that foretells a latent says when it is on. It does not say what the latent does. In {doc}`10c_what_it_does` you silence and steer it.
#
# ## Further reading
#
# {cite:t}`bills2023` score explanations of language-model neurons, on random and top rows, and {cite:t}`foote2023` validate simple models of when a neuron fires. {cite:t}`friedman2001` introduces partial dependence, our response curve. {cite:t}`heap2025` find similar scores on networks with random weights.
