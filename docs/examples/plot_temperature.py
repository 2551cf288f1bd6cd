"""
=============================
What does the temperature do?
=============================

The teacher's logits are divided by the temperature before they become probabilities.
Above 1 the classes move closer together. Below 1 the most likely class takes more. This
page shows the effect on a teacher's prediction, and on the student.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# One prediction, softened
# ------------------------
# A forest predicts a digit that it is not sure of.
# :func:`~skdistill.probability.proba_to_logits` converts the probabilities to logits,
# with zeros floored at the resolution of 300 votes.
# :func:`~skdistill.probability.soften` converts them back, at each temperature.

import matplotlib.pyplot as plt
import numpy as np
from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from skdistill.probability import proba_to_logits, soften

temperatures = [0.5, 1, 2, 4, 8]
X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, train_size=500, stratify=y, random_state=0
)
forest = RandomForestClassifier(n_estimators=300, random_state=0).fit(X_train, y_train)
proba = forest.predict_proba(X_test)
unsure = np.abs(proba.max(axis=1) - 0.6).argmin()
logits = proba_to_logits(proba[[unsure]], n_votes=300)

fig, axes = plt.subplots(
    1, 1 + len(temperatures), figsize=(10, 2.2), layout="constrained"
)
axes[0].imshow(X_test[unsure].reshape(8, 8), cmap="gray_r")
axes[0].set(title=f"a {y_test[unsure]}", xticks=[], yticks=[])
for ax, temperature in zip(axes[1:], temperatures, strict=True):
    ax.bar(range(10), soften(logits, temperature)[0])
    ax.set(title=f"T = {temperature}", ylim=(0, 1), xticks=[0, 9], yticks=[])
plt.show()

# %%
# Students at each temperature
# ----------------------------
# A network of eight units is distilled twice at each temperature: with half of the
# weight on the labels (``alpha=0.5``), and from the teacher alone (``alpha=1``). With
# ``memory`` the forest is fitted once for each split of the data, not once for each
# setting. The dashed line is the same network trained on the labels alone, to which the
# temperature does not apply.

from tempfile import TemporaryDirectory

from sklearn.metrics import log_loss

from skdistill import DistilledClassifier, SoftmaxMLPClassifier


def scores(model, split):
    rows, others, labels, other_labels = train_test_split(
        X, y, train_size=500, stratify=y, random_state=split
    )
    model.fit(rows, labels)
    proba = model.predict_proba(others)
    return model.score(others, other_labels), log_loss(other_labels, proba)


def mean_scores(**settings):
    model = DistilledClassifier(
        RandomForestClassifier(n_estimators=300),
        SoftmaxMLPClassifier((8,)),
        memory=cache,
        random_state=0,
        **settings,
    )
    return np.mean([scores(model, split) for split in range(3)], axis=0)


with TemporaryDirectory() as cache:
    curves = {
        alpha: np.array([mean_scores(temperature=T, alpha=alpha) for T in temperatures])
        for alpha in (0.5, 1)
    }
    scratch = mean_scores(alpha=0)

fig, axes = plt.subplots(1, 2, figsize=(9, 3.5), layout="constrained")
for column, (ax, name) in enumerate(zip(axes, ("accuracy", "log loss"), strict=True)):
    for alpha, curve in curves.items():
        ax.plot(temperatures, curve[:, column], "o-", label=f"alpha = {alpha}")
    ax.axhline(scratch[column], ls="--", color="gray", label="alpha = 0: labels only")
    ax.set(xscale="log", xticks=temperatures, xlabel="temperature", ylabel=name)
    ax.set_xticklabels(temperatures)
    ax.minorticks_off()
axes[0].legend()
plt.show()

# %%
# Both kinds are more accurate than the network from scratch. With the labels, the
# temperature matters little. From the teacher alone, accuracy falls as the temperature
# rises. Small probabilities then count for more, and the student spends its few units
# on them.
#
# The log loss shows a larger difference. On these data the forest is underconfident,
# and a student of the forest alone learns this too. With the labels comes the
# committee, which corrects it. Hence the defaults, ``temperature=1`` and ``alpha=0.5``.
