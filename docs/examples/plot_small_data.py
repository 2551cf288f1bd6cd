"""
====================================
How many labels does a student need?
====================================

These learning curves are means over tables, with 50 to 400 labeled samples. They are
drawn from the file that ``python -m benchmarks.bench_small_data`` writes.

.. Authors: The skdistill developers
   SPDX-License-Identifier: BSD-3-Clause
"""

# %%
# The forest is the teacher, and learned from the same few labels. So it knows no more
# than the student could learn by itself. What it brings are better probabilities.
# Samples without labels add to that.

import json
from pathlib import Path

import matplotlib.pyplot as plt

path = Path("../../benchmarks/results/small_data.json")
curves = json.loads(path.read_text(encoding="utf-8"))["tables"]["curves"]
sizes = [int(title.split()[0]) for title in curves["columns"]]

fig, axes = plt.subplots(1, 2, figsize=(9, 4), layout="constrained")
for name, cells in curves["rows"].items():
    style = "o-" if "student" in name or "unlabeled" in name else "o--"
    for ax, values in zip(axes, zip(*cells, strict=True), strict=True):
        ax.plot(sizes, values, style, label=name)
for ax, title in zip(axes, ("accuracy", "log loss"), strict=True):
    ax.set(xscale="log", xlabel="labeled samples", ylabel=title)
    ax.set_xticks(sizes, sizes, minor=False)
    ax.minorticks_off()
axes[0].legend()
plt.show()
