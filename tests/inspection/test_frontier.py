"""The frontier of a search, and its display."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from types import SimpleNamespace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal

from skdistill.inspection import Frontier, FrontierDisplay, FrontierPoint
from skdistill.inspection._frontier import efficient


def point(student, score, latency, **more):
    values = {"params": {"temperature": 1.0, "alpha": 0.5}, "standard_error": 0.01}
    values |= {"batch_latency": 20 * latency, "n_bytes": 1e9 * latency}
    values |= {"is_efficient": True, "is_chosen": False} | more
    return FrontierPoint(student, score=score, latency=latency, **values)


@pytest.fixture
def frontier():
    return Frontier(
        (
            point("linear", -0.3, 1e-5),
            point("tree", -0.5, 2e-5, is_efficient=False),
            point("network", -0.2, 3e-5, is_chosen=True),
        ),
        "neg_log_loss",
        hard_label_score=-0.4,
    )


def test_efficient():
    scores, costs = np.array([3.0, 2.0, 2.0, 1.0]), np.array([4.0, 2.0, 3.0, 1.0])
    assert_array_equal(efficient(scores, costs), [True, True, False, True])
    assert_array_equal(efficient(np.ones(2), np.ones(2)), [True, True])


def test_in_words(frontier):
    lines = str(frontier).splitlines()
    assert lines[1].startswith("* linear")
    assert "10.0" in lines[1]
    assert lines[2].startswith("  tree")
    assert lines[3].startswith("->network")
    assert lines[-1].startswith("It learns best with temperature=1, alpha=0.5;")
    assert lines[-1].endswith("from the labels alone it scores -0.4000.")
    assert frontier.chosen.student == "network"


def test_labels_alone_were_best(frontier):
    best = point("network", 0.0, 3e-5, params={"alpha": 0.0}, is_chosen=True)
    text = str(Frontier((best,), "r2", 0.0, -0.1))
    assert "Distillation does not help here" in text
    assert text.endswith("from the labels alone; distilled it scores -0.1000.")


@pytest.mark.parametrize(
    ("cost", "expected", "label"),
    [
        ("latency", [10, 20, 30], "Microseconds"),
        ("batch_latency", [0.2, 0.4, 0.6], "Milliseconds"),
        ("n_bytes", [10, 20, 30], "Kilobytes"),
    ],
)
def test_display(frontier, cost, expected, label):
    plt = pytest.importorskip("matplotlib.pyplot")
    _, ax = plt.subplots()
    search = SimpleNamespace(frontier_=frontier)
    display = FrontierDisplay.from_estimator(search, cost=cost, ax=ax)
    assert display.ax_ is ax
    assert display.figure_ is ax.figure
    found = [float(each.lines[0].get_xdata()[0]) for each in display.errorbars_]
    assert_allclose(found, expected)
    assert_allclose(display.line_.get_ydata(), [-0.3, -0.2])
    assert ax.get_xlabel().startswith(label)
    assert ax.get_ylabel() == "neg_log_loss"
    texts = display.legend_.get_texts()
    assert [text.get_text() for text in texts] == ["linear", "tree", "network"]
    assert [text.get_fontweight() for text in texts] == ["normal", "normal", "bold"]
    assert all("10^" not in tick.get_text() for tick in ax.get_xticklabels())
    plt.close("all")


def test_display_on_new_axes(frontier):
    plt = pytest.importorskip("matplotlib.pyplot")
    display = FrontierDisplay(frontier).plot()
    assert display.ax_ is plt.gca()
    plt.close("all")
