"""
============================================
How do teacher and student compare in skore?
============================================

Distilled models are scikit-learn estimators, so reports of other packages take them.
`skore <https://docs.skore.probabl.ai>`__ evaluates teacher and student side by side,
here by cross-validation.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# Three contenders
# ----------------
# The teacher, the student that learned from it, and the same student trained on the
# labels alone, which is ``alpha=0``.

from sklearn.datasets import load_breast_cancer
from sklearn.ensemble import RandomForestClassifier

from skdistill import DistilledClassifier, SoftmaxMLPClassifier

X, y = load_breast_cancer(return_X_y=True, as_frame=True)
forest = RandomForestClassifier(n_estimators=200, random_state=0)
network = SoftmaxMLPClassifier((16,))
contenders = {
    "teacher": forest,
    "distilled": DistilledClassifier(forest, network, random_state=0),
    "scratch": DistilledClassifier(forest, network, alpha=0, random_state=0),
}

# %%
# The evaluation
# --------------

import skore

report = skore.evaluate(contenders, X, y, splitter=3, pos_label=1)
report.metrics.summarize().frame()

# %%
# The times are skore's, for all test samples of a fold. For the size of the models, the
# time of a single sample, intervals and a verdict, see
# :ref:`sphx_glr_auto_examples_plot_report.py`.
#
# Estimators as diagrams
# ----------------------
# A notebook shows an estimator as a diagram. With recent versions of scikit-learn, the
# names of its parameters have their documentation as a tooltip. The question mark leads
# to the page of the class.

contenders["distilled"]
