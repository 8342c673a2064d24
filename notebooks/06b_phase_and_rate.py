# %% [markdown]
# # 06b · Two networks for snow: phase and rate
#
# You will train the two networks of King et al. on simulated snow, once with labels that answer themselves and once with what really fell, and set every score beside simpler methods.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 35 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** {doc}`06_training`. **Helpful:** {doc}`05_rain_and_snow`, for the simulator and its two kinds of labels.
# - **You will be able to** *train* a classifier of three classes and a regressor with one loop, *score* each class and each number in one line, *compare* a network with four other methods fairly, and *say* how many independent cases a test really holds.
# :::
#
# ## Warm up
#
# Answer these before you read on.
#
# :::{dropdown} Two blocks in three are rain, one in four is snow, the others are mixed. Which class does accuracy overlook?
# Mixed. Whoever never says it is still right nine times in ten, if rain and snow are told apart.
# :::
#
# :::{dropdown} Two networks predict the snowfall rate. One has the smaller mean absolute error, the other the smaller squared error. Which is better?
# It depends on what you pay for. Squared errors belong to the few heavy blocks, absolute errors to the many light ones. With a heavy tail they can disagree completely.
# :::
#
# :::{dropdown} A test holds 2,000 blocks of five minutes. Are those 2,000 cases?
# No. The blocks of a storm resemble each other. They are worth far fewer, nearer the number of storms than of blocks.
# :::
#
# ## Three questions, one table
#
# This chapter and the next always use the simulator, whatever `SNOWFALL_WEATHER` says, because their claims are about these data.

# %%
from helpers import plots, weather

plots.house()
table = weather.load("simulator", n=10_000)
print(*table.notes, sep="\n")

# %% [markdown]
# The published classifier reads `n0`, `rho`, `dm`, temperature and humidity {cite:p}`king2024inspector`. As we read the code, its labels come from clusters of variables that `rho`, `n0` and `dm` belong to {cite:p}`king2025,kingregimes`. In {doc}`05_rain_and_snow` you called such a label circular. So ask three questions.
#
# - *What fell*, from five inputs of which none is a density. The fall speed `fs` takes the place of `rho`.
# - *What fell (rho)*: the same label, from the published inputs.
# - *Clusters (rho)*: the published inputs again, and labels made by clustering. This is as near to the published set-up as the simulator gets.

# %%
from dataclasses import replace

PUBLISHED = ("n0", "rho", "dm", "temperature", "relative_humidity")
clustered = replace(table, target="regime_phase")
tasks = {
    "what fell": table.split(),
    "what fell (rho)": table.split(predictors=PUBLISHED),
    "clusters (rho)": clustered.split(predictors=PUBLISHED),
}

# %% [markdown]
# The split is the one you know: in time, 60% for the network, 20% for chapter 09, 20% to test. The last fifth of the first part validates. Look at what each stretch holds.

# %%
import pandas as pd

parts = tasks["what fell"]
cut = int(0.8 * len(parts.train))
rows = {"training": slice(0, cut), "validation": slice(cut, None)}
stretches = {name: parts.train.truth[r].join(parts.train.frame.phase[r]) for name, r in rows.items()}
stretches["test"] = parts.test.truth.join(parts.test.frame.phase)
shares = {name: f.phase.value_counts(normalize=True).round(2) for name, f in stretches.items()}
counts = {name: {"blocks": len(f), "storms": f.storm.nunique()} for name, f in stretches.items()}
pd.concat([pd.DataFrame(counts), pd.DataFrame(shares).loc[list(table.classes)]])

# %% [markdown]
# Three things to keep in mind. The training rows are mostly snow. The validation rows, where the claims are judged, and the test rows are mostly rain, because both stretches begin in spring. Mixed blocks are rare everywhere. And the last stretches hold a few dozen storms, no more.
#
# ## The classifier
#
# You wrote a network with an instances axis in {doc}`06_training`. `nets.MLP` is the same with any number of outputs. Here there are three, one for each phase. The {term}`softmax` turns them into probabilities,
#
# $$
# p_k = \frac{e^{z_k}}{\sum_j e^{z_j}} ,
# $$ (eq-softmax)
#
# and the {term}`cross-entropy` is minus the logarithm of the probability of the true class. Written out, with the truth as a row of two zeros and a one:

# %%
import torch


def cross_entropy(net, batch):
    x, truth = batch
    z = net(x)  # (rows, instances, 3)
    log_p = z - z.logsumexp(-1, keepdim=True)
    return -(truth * log_p).sum(-1).mean(0)  # one number per network


# %% [markdown]
# Three questions times twenty seeds are sixty networks. Since each may have data of its own along the instances axis, they are one training.

# %%
SEEDS = 20


def stacked(of):
    return torch.stack([of(p) for p in tasks.values()], 1).repeat_interleave(SEEDS, 1)


x = stacked(lambda p: p.train.x)
truth = torch.nn.functional.one_hot(stacked(lambda p: p.train.y), 3).float()
print(*x.shape, "|", *truth.shape)

# %% [markdown]
# The settings are the published ones {cite:p}`king2025`: one hidden layer of six ReLU neurons, Adam {cite:p}`kingma2015` with a learning rate of 0.0005, batches of 32, 32 epochs.

# %%
from helpers import nets, train
from helpers.sampling import minibatches

batches = minibatches(x[:cut], truth[:cut], size=32, seeds=range(3 * SEEDS))
settings = {"steps": 32 * batches.per_epoch, "lr": 5e-4, "points": 32, "device": "cpu"}
validation = x[cut:], truth[cut:]
net = nets.MLP(5, 6, 3, instances=3 * SEEDS)
watch = {"measure": lambda net: {"validation": cross_entropy(net, validation)}}
history = train.fit(net, batches, cross_entropy, **settings, **watch)

# %% mystnb={"image": {"alt": "Cross-entropy on validation rows against epoch for three questions, median of twenty networks in a band. All fall fast and then slowly. Labels from clusters end far below the labels of what fell. None of the three curves is flat at the end."}}
loss = history.measures["validation"].unflatten(1, (3, SEEDS))
epochs = [step / batches.per_epoch for step in history.steps]
curves = {name: loss[:, i] for i, name in enumerate(tasks)}
plots.curves(epochs, curves, "epoch", "cross-entropy, validation").set_ylim(0, 0.8);

# %% [markdown]
# **Takeaway.** With the same inputs, labels from clusters are learnt much more easily than what fell. And after 32 epochs the curves still fall a little: our table is smaller than the published one, so an epoch has fewer steps.
#
# ## What did it say?
#
# A {term}`confusion matrix` counts what was against what was said. Here it is for one network; a row is a true class, a column an answer.


# %%
def confusion(truth, answer):
    return torch.tensor([[((truth == i) & (answer == j)).sum() for j in range(3)] for i in range(3)])


tests = stacked(lambda p: p.test.x)
with torch.no_grad():
    chance = net(tests).softmax(-1).unflatten(1, (3, SEEDS))
said = chance.argmax(-1)  # (rows, questions, seeds)
fell = parts.test.y
confusion(fell, said[:, 0, 0])

# %% [markdown]
# Every score of this chapter is made from that matrix $C$. Three judge all classes at once.
#
# - *Accuracy*: the share on the diagonal.
# - {term}`Balanced accuracy <balanced accuracy>`: which share of its blocks is found, class by class, and the mean of the three. A rare class counts as much as a common one.
# - {term}`HSS` of all classes: the accuracy, less what is right by chance. Deal the same answers out at random: class $k$ was right $C_{\cdot k}\,C_{k \cdot} / N$ times.


# %%
def overall(C):
    C = C.double()
    by_chance = (C.sum(0) * C.sum(1)).sum() / C.sum()
    return {
        "accuracy": C.trace() / C.sum(),
        "balanced": (C.diag() / C.sum(1)).mean(),
        "HSS": (C.trace() - by_chance) / (C.sum() - by_chance),
    }


# %% [markdown]
# Four judge one class against the others. They are those of {doc}`06_training`, for an event called 'it was class $k$'.


# %%
def of_class(C, k):
    C = C.double()
    hit, false, miss = C[k, k], C[:, k].sum() - C[k, k], C[k].sum() - C[k, k]
    merged = torch.stack([hit, miss, false, C.sum() - hit - false - miss]).view(2, 2)
    return {
        "POD": hit / (hit + miss),
        "FAR": false / (hit + false),
        "CSI": hit / (hit + false + miss),
        "HSS": overall(merged)["HSS"],
    }


# %% [markdown]
# `helpers.verification` does this for all instances at once. Check that it agrees with your lines.

# %% tags=["nbval-check-output"]
from helpers import verification

C = verification.confusion(fell, said[:, 0], 3)  # (seeds, 3, 3)
ours = [verification.accuracy(C), verification.balanced_accuracy(C), verification.heidke(C)]
by_hand = torch.tensor([[*overall(one).values()] for one in C]).double()
print("all classes:", torch.allclose(torch.stack(ours, 1), by_hand))
each = torch.stack(verification.class_scores(C), 2)  # (seeds, classes, scores)
by_hand = torch.tensor([[[*of_class(one, k).values()] for k in range(3)] for one in C]).double()
print("each class:", torch.allclose(each, by_hand, equal_nan=True))

# %% [markdown]
# Now all three questions. Each row adds up to one.

# %% mystnb={"image": {"alt": "Three confusion matrices, as shares of each true class. Rain and snow are found nearly always. Of mixed blocks the networks that learnt what fell find a third or less and call most others rain or snow; those that learnt clusters find about a half of what the clusters call mixed."}}
from helpers import phase_plots

judges = [p.test.y for p in tasks.values()]
found = {name: verification.confusion(judges[i], said[:, i], 3) for i, name in enumerate(tasks)}
phase_plots.confusions(found, table.classes);

# %% [markdown]
# **Takeaway.** Rain and snow are nearly always found. Mixed blocks are found in a quarter to a half of the cases. A block that is a fifth water looks much like one that is a tenth water. And the networks are too shy of that class, as the next figures show.

# %% mystnb={"image": {"alt": "Four panels with POD, FAR, CSI and HSS for rain, snow and mixed, three groups of twenty dots each. For rain and snow all scores are good. For mixed the CSI is low and scattered, lowest where the published inputs face what fell."}}
by_class = {name: verification.class_scores(C) for name, C in found.items()}
phase_plots.by_class(by_class, table.classes);

# %% [markdown]
# **Takeaway.** The scores of mixed blocks are poor and scattered: a few blocks more or less, and they jump. The accuracy hides all this. Forbid the networks to say *mixed*, and see what the scores make of it.

# %%
for name, answer in {"free": said[:, 0], "never mixed": chance[:, 0, :, :2].argmax(-1)}.items():
    C = verification.confusion(fell, answer, 3)
    both = verification.accuracy(C).median(), verification.balanced_accuracy(C).median()
    print(f"{name:12} accuracy {both[0]:.3f}, balanced {both[1]:.3f}")

# %% [markdown]
# A whole class is gone, and the accuracy loses a few points. The balanced accuracy loses several times as many.
#
# Can you believe the probabilities? One {term}`reliability diagram` for each class, for what fell.

# %% mystnb={"image": {"alt": "Reliability diagrams for rain, snow and mixed. Where the networks are in doubt about rain or snow, their median lies below the diagonal. For mixed it lies above, so a block is mixed more often than they say. The thin lines of single networks scatter widely."}}
fair = {"network": chance[:, 0]}
phase_plots.reliabilities(fell, fair, table.classes);

# %% [markdown]
# **Takeaway.** Not in the middle. Whenever the networks waver, they give too much to rain and to snow and too little to *mixed*: it is mixed more often than they say. Why? They learnt from a stretch with fewer mixed blocks than the test has. That fits the panel of *mixed* only: rain is far more common in the test than it was, and is overstated nevertheless. The causes are not separated here. Take this much: a probability learnt in one season need not hold in another. (The thin lines fan out because few blocks are in doubt.)
#
# ## Beside the published score
#
# One of the published networks is saved with its history {cite:p}`king2024inspector`, and the file comes with the book. Read how it did on validation rows after its last epoch.

# %% tags=["nbval-check-output"]
from helpers.data import FOLDER
from helpers.widgets.inspector import load_record

theirs = load_record(FOLDER / "inspector_classifier.json", log_scaled=["n0", "Rho", "Dm"])
final = {name: round(float(theirs.history[name][-1]), 4) for name in ("val_accuracy", "val_loss")}
print(theirs.hidden_sizes, final)

# %% [markdown]
# That network has four hidden neurons; we keep to the six of the script. The rules below were fixed before any of these networks was trained. Judge like by like: validation rows.

# %%
from helpers import scorecard

with torch.no_grad():
    early = net(validation[0]).argmax(-1).unflatten(1, (3, SEEDS))
right = 100 * (early == stacked(lambda p: p.train.y)[cut:].unflatten(1, (3, SEEDS))).double().mean(0)
scorecard.record("king-phase-circular", right[2])

# %%
scorecard.record("king-phase-physical", right[1])

# %%
scorecard.record("king-phase-loss", loss[-1, 2])

# %% [markdown]
# The published score is not reached, not even with labels from clusters. The gap between the two labels is what matters. How many of the errors are left, if the label is circular and all else the same?

# %%
left = ((100 - right[2]) / (100 - right[1])).quantile(torch.tensor([0.05, 0.5, 0.95]).double())
print(f"{left[1]:.2f} of the errors ({left[0]:.2f} to {left[2]:.2f} over seeds)")

# %% [markdown]
# Far fewer, with the *same* inputs and the same networks. Whoever reads 99.8% as 'it tells snow from rain' reads a score of the first kind as one of the second.
#
# Why are our circular labels not perfect? Six variables were clustered, and only three of them are inputs. The published labels may hang on fewer variables, their table is larger, and nature's clusters may be further apart than ours. An exercise closes part of the gap.
#
# :::{warning}
# None of this shows that the published network is bad at what fell. Nobody knows: its labels cannot say.
# :::
#
# ## The regressor
#
# The second network predicts the {term}`snowfall rate` `sr` in mm/h of water. It reads the radar reflectivity at 300 and 400 m, `n0`, `lambda` and the temperature at 1.5 km. The means in its saved scaler are those of plain `n0` and `lambda`, not of their logarithms, and its air is too warm for snow alone. So we take no logarithm, and all blocks, rain included.

# %%
REGRESSOR = ("reflectivity_3", "reflectivity_4", "n0", "lambda", "t_15")
plain = {name: replace(table.columns[name], log_scaled=False) for name in ("n0", "lambda")}
rate_table = replace(table, columns={**table.columns, **plain})
rate = rate_table.split(predictors=REGRESSOR, target="sr")

# %% [markdown]
# Look at the target before you train. Sort the training blocks by their rate. How much of all the snow fell in the heaviest hundredth? How much of the *variance* is theirs?

# %% mystnb={"image": {"alt": "Share of a total in the largest blocks, against the share of blocks on a logarithmic axis. The heaviest one percent hold about a fifth of the snow and well over half of the variance, far above the dashed diagonal."}}
amounts = rate.train.y[:cut]
series = {"snow that fell": amounts, "variance": (amounts - amounts.mean()).square()}
phase_plots.concentration(series);

# %% [markdown]
# **Takeaway.** The target is {term}`heavy-tailed <heavy tail>`. One block in a hundred holds more than half of the variance. A squared error is therefore mostly about these few. And they keep company: count their storms.

# %%
heaviest = amounts.topk(len(amounts) // 100).indices.numpy()
storms = rate.train.truth.storm.iloc[:cut]
print(f"{len(heaviest)} blocks, from {storms.iloc[heaviest].nunique()} of {storms.nunique()} storms")

# %% [markdown]
# The loss is the mean squared error, the rest stays.


# %%
def squared_error(net, batch):
    x, amount = batch
    return (net(x)[..., 0] - amount).square().mean(0)


regressor = nets.MLP(5, 6, 1, instances=SEEDS)
blocks = minibatches(rate.train.x[:cut], rate.train.y[:cut], size=32, seeds=range(SEEDS))
train.fit(regressor, blocks, squared_error, **settings);

# %% [markdown]
# Four scores for numbers, each a line. $R^2$ is the share of the variance that is explained: 0 for the mean, negative for worse. {term}`Pearson's r` forgives a wrong scale and a wrong level.


# %%
def of_numbers(truth, answer):
    truth, answer = truth.double(), answer.double()
    error = answer - truth
    return {
        "MSE": error.square().mean(),
        "MAE": error.abs().mean(),
        "R²": 1 - error.square().mean() / truth.var(correction=0),
        "r": torch.corrcoef(torch.stack([truth, answer]))[0, 1],
    }


# %% tags=["nbval-check-output"]
with torch.no_grad():
    amount = regressor(rate.test.x)[..., 0]
functions = {name: getattr(verification, name) for name in ("mse", "mae", "r2", "pearson")}
ours = torch.stack([score(rate.test.y, amount) for score in functions.values()], 1)
by_hand = torch.tensor([[*of_numbers(rate.test.y, one).values()] for one in amount.T]).double()
print("helper agrees:", torch.allclose(ours, by_hand))

# %% [markdown]
# Here are three stretches. The last row is no network: it always answers with the median of the training rows. A single number has no seed. Others are the median and, in brackets, the range from the 5th to the 95th percentile over the twenty.

# %%
def spelled(values):
    low, middle, high = values.quantile(torch.tensor([0.05, 0.5, 0.95]).double()).tolist()
    return f"{middle:.2f}" if len(values) == 1 else f"{middle:.2f} ({low:.2f} to {high:.2f})"


# %%
with torch.no_grad():
    pairs = {name: (rate.train.y[r], regressor(rate.train.x[r])[..., 0]) for name, r in rows.items()}
pairs["test"] = rate.test.y, amount
pairs["test, always the median"] = rate.test.y, amounts.median().expand(len(rate.test))
scores = {name: [spelled(score(*pair)) for score in functions.values()] for name, pair in pairs.items()}
pd.DataFrame(scores, index=["MSE", "MAE", "R²", "r"]).T

# %% [markdown]
# Compare the last two rows. By mean *absolute* error, a constant beats the networks. By squared error they beat the constant. Both are right: the networks were trained on squares, learnt the heavy blocks, and pay with small errors on the many that hold little snow or none.
#
# So be careful with the next claim. The published error of 0.224 mm/h is met, and it means little, because an error in mm/h depends first on how much falls.

# %%
scorecard.record("king-rate-mae", verification.mae(*pairs["validation"]))

# %% [markdown]
# ## Against simpler methods
#
# Is a network needed? Four others answer the same questions, from the same rows and inputs.
#
# - {term}`Climatology <climatology>`: always the most frequent class, or the mean rate.
# - Linear or logistic *regression*: a network without a hidden layer.
# - A {term}`random forest` of 100 trees with a depth of 6, the settings in the published code. Twenty seeds for what fell and for the rate, which you will look at closely. Three for the other questions, because forests take time.
# - {term}`Gradient boosting <gradient boosting>`: thirty small trees one after another, each fitted to what the ones before it left.
#
# Climatology and regression have no random seed, and boosting as set here would use one to break ties only. So each has one value.

# %%
from sklearn import ensemble, linear_model

NAMES = linear_model.LogisticRegression, ensemble.RandomForestClassifier, ensemble.GradientBoostingClassifier
NUMBERS = linear_model.LinearRegression, ensemble.RandomForestRegressor, ensemble.GradientBoostingRegressor


def answered(model, parts):
    known = int(0.8 * len(parts.train))
    model.fit(parts.train.x[:known], parts.train.y[:known])
    return torch.as_tensor(model.predict(parts.test.x))


# %%
from concurrent.futures import ThreadPoolExecutor


def rivals(parts, linear, forest, boosting, seeds=3):
    learnt = parts.train.y[: int(0.8 * len(parts.train))]
    usual = learnt.mean() if learnt.is_floating_point() else learnt.mode().values
    steps = {"n_estimators": 30, "learning_rate": 0.3}
    grown = [forest(n_estimators=100, max_depth=6, random_state=seed) for seed in range(seeds)]
    with ThreadPoolExecutor(2) as two:  # two forests at a time
        forests = list(two.map(lambda model: answered(model, parts), grown))
    return {
        "climatology": usual.expand(len(parts.test)),
        "regression": answered(linear(), parts),
        "forest": torch.stack(forests, 1),
        "boosting": answered(boosting(**steps, random_state=0), parts),
    }


# %% [markdown]
# A fifth question stands beside them: *wet or dry* at three airports, with real observations and the training of {doc}`06_training`. All methods name the class that they hold most likely; that chapter chose better thresholds.

# %%
from helpers import zoo

air = weather.load("observations").split(target="wet")
known = int(0.8 * len(air.train))
hours = minibatches(air.train.x[:known], air.train.y[:known].float(), size=64, seeds=range(SEEDS))
wet = nets.MLP(air.train.x.shape[1], 6, 1, instances=SEEDS)
as_in_06 = {"steps": 32 * hours.per_epoch, "lr": 1e-3, "device": "cpu", "compile": False}
train.fit(wet, hours, zoo.rain_loss, **as_in_06)
with torch.no_grad():
    called = (wet(air.test.x)[..., 0] > 0).long()

# %% [markdown]
# One score for all: the HSS of all classes, and $R^2$ for the rate. In both, 1 is perfect and 0 is a constant answer. (For the rate climatology is below 0, because its mean is that of another season.)

# %%
by_network = dict(zip(tasks, said.unbind(1)))
closely = {"what fell": SEEDS}
everything = {
    name: {"network": by_network[name], **rivals(p, *NAMES, closely.get(name, 3))} for name, p in tasks.items()
}
everything["snowfall rate"] = {"network": amount, **rivals(rate, *NUMBERS, SEEDS)}
everything["wet or dry"] = {"network": called, **rivals(air, *NAMES)}


def skill(parts, answer):
    if parts.train.y.is_floating_point():
        return verification.r2(parts.test.y, answer)
    return verification.heidke(verification.confusion(parts.test.y, answer, 1 + int(parts.train.y.max())))


# %%
sources = {**tasks, "snowfall rate": rate, "wet or dry": air}
skills = {name: {m: skill(sources[name], a) for m, a in everything[name].items()} for name in sources}
pd.DataFrame({name: {m: spelled(v) for m, v in row.items()} for name, row in skills.items()})

# %% [markdown]
# One score hides much. Here are the others, for what fell and for the rate, method by method. The CSI is that of each class; `nan` means undefined, as the correlation with a constant is.

# %%
def judged(answer):
    C = verification.confusion(fell, answer, 3)
    scores = {"accuracy": verification.accuracy(C), "balanced": verification.balanced_accuracy(C)}
    csi = verification.class_scores(C).csi.unbind(1)
    return scores | {f"CSI {name}": one for name, one in zip(table.classes, csi)}


rows_of = {m: judged(answer) for m, answer in everything["what fell"].items()}
pd.DataFrame({m: {k: spelled(v) for k, v in row.items()} for m, row in rows_of.items()}).T

# %%
rows_of = {m: [f(rate.test.y, a) for f in functions.values()] for m, a in everything["snowfall rate"].items()}
spelt = {m: [spelled(v) for v in row] for m, row in rows_of.items()}
pd.DataFrame(spelt, index=["MSE", "MAE", "R²", "r"]).T

# %% mystnb={"image": {"alt": "Four panels of skill, one per question, with dots for the seeds of networks and forests, and bars for regression, boosting and climatology. For both questions on phase all methods but climatology lie close together. For the rate the trees are far above the networks, and regression is near zero. For wet or dry boosting is highest."}}
shown = {name: row for name, row in skills.items() if name != "what fell (rho)"}
plots.score_strips(shown, better=dict.fromkeys(shown, "higher"));

# %% [markdown]
# **Takeaway.** For the phase the network is in good company: all methods lie close together, and logistic regression is not worse. The boundary between rain and snow is nearly straight in these variables. For the rate it is far from straight. Trees do well there, regression fails, and six neurons with the published settings stand between.
#
# :::{dropdown} I am confused by this plot
# Compare methods within a panel, never questions across panels: each has other rows, classes or units. Dots are seeds. A bar without a cloud is a method without a seed, and says nothing about how certain it is.
# :::
#
# So why look inside a network at all, if boosting is as good or better? Because it is small enough to be read completely, and because it computes with directions, not with thresholds. What you learn on it carries over to networks for which there is no alternative.
#
# ## How many cases is a test?
#
# Two thousand test blocks look like many. Draw them anew with replacement, as if another two thousand had come, and see how much the accuracy moves. Then draw whole *storms* instead.


# %%
import numpy as np

storm, _ = pd.factorize(parts.test.truth.storm)
storm = torch.as_tensor(storm)


def redrawn(group, values, draws=1000):  # values (rows, columns); returns their means (draws, columns), in points
    size = torch.zeros(group.max() + 1).double().index_add_(0, group, torch.ones(len(group)).double())
    sums = torch.zeros(len(size), values.shape[1]).double().index_add_(0, group, values)
    again = np.random.default_rng(0).multinomial(len(size), np.full(len(size), 1 / len(size)), draws)
    again = torch.as_tensor(again).double()
    return 100 * (again @ sums) / (again @ size)[:, None]


def width(values, axis=0):
    return values.quantile(0.95, axis) - values.quantile(0.05, axis)


# %% mystnb={"image": {"alt": "Width of the ninety percent interval of the accuracy in points. Drawn by blocks it is near two points for all twenty networks. Drawn by storms it is several times as wide. The range over seeds is of the same order as the first."}}
hits = (said[:, 0] == fell[:, None]).double()
widths = {"over seeds": width(100 * hits.mean(0))}
widths["over blocks"] = width(redrawn(torch.arange(len(fell)), hits))
widths["over storms"] = width(redrawn(storm, hits))
plots.strip(widths, "90% interval of accuracy (points)").set_ylim(0, None);

# %% [markdown]
# **Takeaway.** The interval over storms is several times as wide as that over blocks. An interval shrinks with the square root of the number of cases. So how many blocks would be worth as much, if they were independent?

# %%
worth = len(fell) * (widths["over blocks"] / widths["over storms"]).square()
print(f"{len(fell)} blocks are worth about {worth.median():.0f}, in {storm.max() + 1} storms")

# %% [markdown]
# Of the order of a hundred: far nearer the number of storms than of blocks.
#
# Does this drown the differences between the methods? Not by itself. They were tested in the same storms, so much of what moves one score moves the other with it. Redraw the *difference*: the networks' hits, as a mean over seeds, minus those of another method.

# %%
methods = {name: everything["what fell"][name] for name in ("regression", "forest", "boosting")}
others = [(answer.view(len(fell), -1) == fell[:, None]).double().mean(1) for answer in methods.values()]
ahead = redrawn(storm, hits.mean(1)[:, None] - torch.stack(others, 1))
quantiles = ahead.quantile(torch.tensor([0.05, 0.5, 0.95]).double(), 0).numpy().round(1)
pd.DataFrame(quantiles.T, index=[*methods], columns=["5%", "median", "95%"])

# %% [markdown]
# These intervals are clearly narrower than that of a single score. Against regression zero lies outside: the networks are a little worse, and the choice of storms does not explain it. Against the trees zero lies inside, so nothing is shown. More seeds do not help: they repeat the training, not the weather.
#
# ## Exercises
#
# ```{exercise-start} Never say mixed
# :label: ex-never-mixed
# ```
#
# *Difficulty 1 of 5, importance 5 of 5, 5 minutes.*
#
# What accuracy on the test blocks can answers reach that never say *mixed*? Put the share into `mine`. What is their balanced accuracy at most?

# %%
from helpers import phase_answers

MIXED = table.classes.index("mixed")
mine = None
phase_answers.never_mixed(mine, mixed=(fell == MIXED).double().mean())

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# All blocks that are not mixed may be right.
# :::
#
# ```{solution-start} ex-never-mixed
# :label: sol-never-mixed
# :class: dropdown
# ```

# %%
mine = (fell != MIXED).double().mean().item()
phase_answers.never_mixed(mine, mixed=(fell == MIXED).double().mean())
never = verification.confusion(fell, fell.where(fell != MIXED, 0), 3)
round(mine, 3), round(verification.balanced_accuracy(never).item(), 3)

# %% [markdown]
# Set this beside the accuracy of the networks, which you printed under the scores of each class. A whole class makes a few points of difference there. The balanced accuracy tells.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} All that was clustered
# :label: ex-six
# ```
#
# *Difficulty 2 of 5, importance 4 of 5, 10 minutes.*
#
# The clusters were made from six variables, `helpers.weather.regimes.VARIABLES`. Fit a random forest (seed 0, as above) on all six and predict `regime_phase`. Put its accuracy on the test blocks into `mine`.

# %%
judge = tasks["clusters (rho)"].test.y
without = (everything["clusters (rho)"]["forest"][:, 0] == judge).double().mean()
mine = None
phase_answers.six(mine, without)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `clustered.split(predictors=...)` and `answered(...)` do all the work.
# :::
#
# ```{solution-start} ex-six
# :label: sol-six
# :class: dropdown
# ```

# %%
from helpers.weather.regimes import VARIABLES

whole = clustered.split(predictors=VARIABLES)
forest = ensemble.RandomForestClassifier(100, max_depth=6, random_state=0, n_jobs=2)
mine = (answered(forest, whole) == whole.test.y).double().mean().item()
phase_answers.six(mine, without)

# %% [markdown]
# The label is a function of these six numbers, so only the forest's coarse steps stand between it and a perfect score. The air (temperature and humidity) is gone from the inputs, and the score went up. A forecaster would be surprised; you are not.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Learn the logarithm
# :label: ex-logarithm
# ```
#
# *Difficulty 3 of 5, importance 4 of 5, 15 minutes.*
#
# Train twenty networks on $\log_{10}(\text{sr} + 0.01)$ instead of `sr`, with the same inputs and settings. Turn the answers back into mm/h and put the median over seeds of the mean absolute error on the test blocks into `mine`. What happens to $R^2$?

# %%
mine = None
phase_answers.logarithm(mine, plain=verification.mae(rate.test.y, amount).median())

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# Only the second tensor of `minibatches` changes. `squared_error` and `settings` serve as they are.
# :::
#
# ```{solution-start} ex-logarithm
# :label: sol-logarithm
# :class: dropdown
# ```

# %%
logs = (rate.train.y[:cut] + 0.01).log10()
calm = nets.MLP(5, 6, 1, instances=SEEDS)
train.fit(calm, minibatches(rate.train.x[:cut], logs, size=32, seeds=range(SEEDS)), squared_error, **settings)
with torch.no_grad():
    back = 10 ** calm(rate.test.x)[..., 0] - 0.01
mine = verification.mae(rate.test.y, back).median().item()
phase_answers.logarithm(mine, plain=verification.mae(rate.test.y, amount).median())
both = {"sr": amount, "logarithm": back}
after = {name: [score(rate.test.y, a).median().item() for score in functions.values()] for name, a in both.items()}
after = pd.DataFrame(after, index=["MSE", "MAE", "R²", "r"]).T
after.assign(total=[(a.mean() / rate.test.y.mean()).item() for a in both.values()]).round(2)

# %% [markdown]
# Both errors fall. A heavy tail is easier to learn on a scale on which it is not one. There is a new trap: the mean of a logarithm is not the logarithm of a mean. Whoever learns it aims at the middle of what is likely, and the middle of a heavy tail lies below its mean. So check the total, in the last column, as a share of the snow that fell. After the logarithm it is much too small. But plain `sr` is as wrong the other way: it promises much more than fell. Neither gives you the total for nothing.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - Sixty classifiers with three sorts of question are one training. So are twenty regressors.
# - With the same inputs, circular labels are learnt far better than what fell. The published accuracy belongs to the first kind; ours do not reach it.
# - Accuracy hides the rare class. Balanced accuracy and the scores of each class show it.
# - The published error of the rate is met, but on a heavy tail a mean absolute error can be beaten by a constant. Say what a constant would score.
# - For the phase all methods are close, and the simplest is a little better than the networks. For the rate trees are far better.
# - The worth of a test is far nearer the number of its storms than of its blocks. Methods tested in the same storms are compared by the difference.
#
# You can now train a network on any table of the book, and name for each of its scores what would look as good without knowing anything.
#
# ## What's next
#
# {doc}`06c_hidden_layer` opens these networks: how many neurons do they need, and do they mix because they have too few?
#
# ## Further reading
#
# Wilks treats scores for several classes and for numbers {cite:p}`wilks2019`. The published networks can be looked at in the NN Inspector {cite:p}`king2024inspector`.
