"""
===========================
What does the black box do?
===========================

A forest of 200 trees cannot be read. A tree of eight leaves that imitates it can. How
far it may be trusted is measured on samples that none was fitted on.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# A black box
# -----------

from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split
from sklearn.tree import DecisionTreeClassifier

from skdistill import make_surrogate, surrogate_report

X, y = load_wine(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=0.5, stratify=y, random_state=0
)
forest = RandomForestClassifier(n_estimators=200, random_state=0).fit(X_train, y_train)

# %%
# A tree that imitates it
# -----------------------
# The *textbook's* surrogate is the same tree, fitted to the labels that the forest
# predicts for its training samples.

tree = DecisionTreeClassifier(max_leaf_nodes=8)
surrogate = make_surrogate(forest, tree, random_state=0)
report = surrogate_report(surrogate, X_train, y_train, X_test)
print(report)

# %%
# The tree as a picture
# ---------------------
# Each bar has the class probabilities of a leaf, and at its end the share of samples
# that fall into the leaf.

import matplotlib.pyplot as plt

report.plot()
plt.show()

# %%
# The forest's probabilities are far from those of the textbook's tree, which is certain
# in every leaf. The surrogate follows them.

from skdistill.inspection import AgreementDisplay

fig, axes = plt.subplots(1, 2, figsize=(9, 4.5), layout="constrained")
textbook = DecisionTreeClassifier(max_leaf_nodes=8, random_state=0)
textbook.fit(X_train, forest.predict(X_train))
for ax, model, title in (
    (axes[0], report.surrogate, "surrogate"),
    (axes[1], textbook, "textbook's surrogate"),
):
    AgreementDisplay.from_estimator(model, X_test, teacher=forest, ax=ax)
    ax.set_title(title)
plt.show()
