"""
===========================
Is the student good enough?
===========================

A student may replace its teacher if it loses little. This page judges a small network
that learned from a forest.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# The report
# ----------
# A fitted model is reported on as it is. The training samples are needed for the
# *scratch student*: the same network, trained on the labels alone. The verdict is
# below the table.

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from skdistill import DistilledClassifier, SoftmaxMLPClassifier, distillation_report

X, y = load_digits(return_X_y=True, as_frame=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=0.5, stratify=y, random_state=0
)
forest = RandomForestClassifier(n_estimators=200, random_state=0)
model = DistilledClassifier(
    forest, SoftmaxMLPClassifier((12,)), keep_teacher=True, random_state=0
).fit(X_train, y_train)
report = distillation_report(model, X_train, y_train, X_test, y_test)
print(report)

# %%
# ``report.write_html("report.html")`` writes all that follows into one page, with the
# student in it: sliders move its prediction.

# %%
# Which differences are more than noise?
# --------------------------------------
# The intervals are in a table of their own.

report.to_frame("differences").round(4)

# %%
# Does the student predict the teacher's probabilities?
# -----------------------------------------------------
# Each dot is a test sample, at the probabilities that teacher and student give to the
# teacher's class.

import matplotlib.pyplot as plt

from skdistill.inspection import (
    AgreementDisplay,
    CommitteeDisplay,
    DisagreementDisplay,
    ReliabilityDisplay,
)

AgreementDisplay.from_estimator(model, X_test)
plt.show()

# %%
# It is surer than its teacher. The next picture shows who is right.
#
# Can the probabilities be trusted?
# ---------------------------------
# Samples are put into ten bins by the probability of the class that is predicted. On
# the dotted line, a model is as often right as it expects.

ReliabilityDisplay.from_estimator(model, X_test, y_test)
plt.show()

# %%
# The forest is underconfident: it is right far more often than it expects. The
# student is not, because its teacher was not the forest alone.
#
# Whom did the student learn from?
# --------------------------------
# Models trained on the labels alone joined the forest in a committee.

CommitteeDisplay.from_estimator(model)
plt.show()

# %%
# Where do student and teacher disagree?
# --------------------------------------
# A small tree finds regions of the features in which they disagree more or less
# often.

DisagreementDisplay.from_estimator(model, X_test)
plt.show()
