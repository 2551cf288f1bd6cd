"""
===========================================
How small can a forest of 500 trees become?
===========================================

A random forest of 500 trees classifies handwritten digits well, but every prediction
passes through all of its trees. Small networks learn from it here. The plot compares
their accuracy and speed with the forest's. Beside each network stands its *scratch
student*: the same network, trained on the labels alone.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# A report for each size of network
# ---------------------------------
# :func:`~skdistill.distillation_report` fits teacher, student and scratch student, and
# measures all three on the same test samples. One of the reports in full:

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from skdistill import DistilledClassifier, SoftmaxMLPClassifier, distillation_report

X, y = load_digits(return_X_y=True)
X_train, X_test, y_train, y_test = train_test_split(
    X, y, test_size=0.25, stratify=y, random_state=0
)
forest = RandomForestClassifier(n_estimators=500)
reports = {}
for n_units in (4, 8, 16, 64):
    model = DistilledClassifier(
        forest, SoftmaxMLPClassifier((n_units,)), random_state=0
    )
    reports[n_units] = distillation_report(model, X_train, y_train, X_test, y_test)

print(reports[16])

# %%
# Accuracy against latency
# ------------------------
# The time is that of ``predict_proba`` for 10,000 samples.

import matplotlib.pyplot as plt


def milliseconds(measures):
    return measures.latency(10_000).median * 1e3


teacher = reports[16].teacher
fig, ax = plt.subplots(layout="constrained")
ax.plot(
    milliseconds(teacher),
    teacher.scores.accuracy,
    "*",
    ms=14,
    label="forest of 500 trees",
)
for name, label in (("student", "distilled"), ("scratch", "from scratch")):
    measures = [getattr(report, name) for report in reports.values()]
    ax.plot(
        [milliseconds(m) for m in measures],
        [m.scores.accuracy for m in measures],
        "o-",
        label=f"network, {label}",
    )
for n_units, report in reports.items():
    ax.annotate(
        f"{n_units} units",
        (milliseconds(report.student), report.student.scores.accuracy),
        xytext=(-8, 4),
        textcoords="offset points",
        ha="right",
    )
ax.margins(x=0.15, y=0.1)
ax.set(
    xscale="log",
    xlabel="milliseconds for 10,000 samples",
    ylabel="test accuracy",
    title="Handwritten digits",
)
ax.legend(loc="lower right")
plt.show()

# %%
# In batches, the networks are two orders of magnitude faster than the forest in
# scikit-learn, at about its accuracy. The teacher helps the smaller students. A larger
# network learns digits as well from the labels alone, because networks suit these data
# better than forests do. This is why the scratch student belongs in every report.
