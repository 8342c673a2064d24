# %% [markdown]
# # From Superposition to Snowfall
#
# What does a small neural network know about the weather, and how would you find out? In this book you take networks apart, from toys whose truth you know to networks that tell rain from dry air, and you learn how far to trust what you find.
#
# Drag the slider. A network with two dimensions must remember five features; the rarer they are, the more of them it fits in.

# %% tags=["hide-input"]
import torch

from helpers import nets, sampling, train
from helpers.widgets import ToyGeometry

importance = 0.9 ** torch.arange(5)
sparsity = (1 - torch.logspace(0, -2, 21)).repeat_interleave(5)
model = nets.ToyModel(5, 2, instances=len(sparsity))
train.fit(
    model,
    batch=lambda step, generator: sampling.sparse_features(256, 5, sparsity, generator),
    loss=lambda model, x: (importance * (x - model(x)) ** 2).sum(-1).mean(0),
    schedule=lambda step: 1 - step / 800,
    steps=800,
    lr=0.03,
    device="cpu",
)
ToyGeometry.from_model(model, sparsity, importance, start=0.9, views=("plane", "curve", "train"))

# %% [markdown]
# Each arrow is the direction that one feature has inside the network. {term}`Sparsity <sparsity>` is the probability that a feature is zero. At sparsity 0 the network keeps two. Beyond 0.85 all five share the plane as a pentagon. Storing more features than there are dimensions is called {term}`superposition`, and it is why the neurons of real networks are so hard to read.
#
# ## What you will be able to do
#
# - *Build* the smallest networks that show superposition, and explain their geometry.
# - *Train* networks on a year of real weather, and score them as forecasters do.
# - *Take apart* what their neurons mix with a {term}`sparse autoencoder`.
# - *Say* in degrees, hectopascals and metres per second what a {term}`latent` responds to.
# - *Check* a published claim over many random seeds, and report what did not hold.
#
# ## The argument in four steps
#
# 1. **Superposition exists in toys, where the truth is known.** {doc}`01_features`, {doc}`02_five_features`, {doc}`03_geometry`, {doc}`03b_computation`, {doc}`04_engineering`.
# 2. **Networks that do real work mix their inputs too.** {doc}`05_rain_and_snow` has the data, {doc}`06_training`, {doc}`06b_phase_and_rate` and {doc}`06c_hidden_layer` the networks, and {doc}`07_inspector` opens one for you.
# 3. **Sparse autoencoders undo part of the mixing.** {doc}`08_building_autoencoders` and {doc}`08b_variants` where the truth is known, {doc}`09_autoencoder` and {doc}`09b_layers_and_rain` on networks for precipitation.
# 4. **Here is how to check what they claim.** {doc}`10_reading_features` counts, {doc}`10b_what_it_means` explains, {doc}`10c_what_it_does` intervenes, {doc}`11_input_search` repeats it all hundreds of times. {doc}`12_universality`, {doc}`12b_what_is_stable` and {doc}`12c_ensembles` ask whether another seed would have told you the same. The {doc}`scorecard <../book/scorecard>` lists all claims.
#
# ## Three ways to read
#
# - **On the page.** Every live figure computes in your browser. There is nothing to install.
# - **In Colab or Binder.** Where a chapter shows a rocket at the top, it opens the chapter as a notebook.
# - **On your own machine.** Clone the book; then two commands do the rest:
#
#   ```bash
#   make book   # install what is pinned, run all chapters, build this site
#   make test   # check everything
#   ```
#
# {doc}`../book/how_to_read` says which chapters suit you, {doc}`../book/setup` has the details.
#
# ## What is here, and what is not
#
# Chapters 01 to 12 stand on their own today, on twenty-one pages; the rest is still to come. The toys are trained when this page is built, and again in your browser if you press the button. The weather that the networks learn is real: hourly observations from three airports in 2013 {cite:p}`noaaasos`.
#
# These observations are not snowfall measurements. The airports report how much fell, not the shape of what fell, so we test the *methods* of the precipitation studies on them, not their numbers. For the shapes there is a simulator, whose causes are known, and a reader for the real archive: {doc}`05_rain_and_snow` has both. All networks here are small. What holds for six neurons need not hold for six million.
#
# No result rests on one random seed, and the numbers you see were computed when this page was built. These toys took five seeds for each of 21 levels of sparsity:

# %% tags=["nbval-check-output"]
represented = (model.W.detach().norm(dim=-1) >= 0.5).sum(-1).view(21, 5)
for level in (0, 10, 20):
    typical = represented[level].median()
    print(f"sparsity {sparsity[5 * level]:.2f}: a typical seed represents {typical} of 5 features")

# %% [markdown]
# ## Whose ideas these are
#
# The book stands on public work. {cite:t}`elhage2022` made superposition something you can draw. {cite:t}`jermyn2022` showed that it can be steered without losing accuracy. {cite:t}`sharkey2022` and {cite:t}`bricken2023` turned sparse autoencoders into a tool for reading networks. {cite:t}`king2025` took them to precipitation, on the measurements of {cite:t}`king2024`. All code and wording here are our own; the {doc}`references <../book/references>` list every source.
#
# The code is under the MIT licence, the prose and figures under CC BY 4.0.
