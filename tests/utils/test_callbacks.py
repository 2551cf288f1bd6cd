"""scikit-learn's callbacks."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.datasets import load_iris
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdistill import SoftmaxMLPClassifier

callback = pytest.importorskip(
    "sklearn.callback", reason="scikit-learn has callbacks from 1.9 on"
)


class Recorder:
    """Remembers what it was called for, and stops after some epochs."""

    def __init__(self, stop_after=None):
        self.stop_after, self.events, self.scores = stop_after, [], []

    def setup(self, estimator, context):
        self.events.append("setup")

    def teardown(self, estimator, context):
        self.events.append("teardown")

    def on_fit_task_begin(self, estimator, context):
        self.events.append(f"begin {context.task_name}")

    def on_fit_task_end(self, estimator, context, *, X, y, fitted_estimator):
        self.events.append(f"end {context.task_name}")
        if hasattr(fitted_estimator, "score"):
            self.scores.append(fitted_estimator.score(X, y))
        return self.events.count("end epoch") == self.stop_after


@pytest.fixture
def data():
    return load_iris(return_X_y=True)


@pytest.mark.parametrize("solver", ["adam", "lbfgs"])
@pytest.mark.filterwarnings("ignore:Training has not converged")
def test_one_task_an_epoch(data, solver):
    recorder = Recorder()
    network = SoftmaxMLPClassifier(max_iter=4, solver=solver, random_state=0)
    network.set_callbacks(recorder).fit(*data)
    epochs = ["begin epoch", "end epoch"] * network.n_iter_
    assert recorder.events == [
        "setup",
        "begin fit",
        *epochs,
        "end fit",
        "teardown",
    ]
    assert recorder.scores[-1] == network.score(*data)


def test_a_hook_can_stop_the_training(data):
    recorder = Recorder(stop_after=3)
    network = SoftmaxMLPClassifier(random_state=0).set_callbacks(recorder).fit(*data)
    assert network.n_iter_ == 3
    assert recorder.events[-1] == "teardown"


def test_callbacks_change_nothing_else(data):
    X, y = data
    network = SoftmaxMLPClassifier(max_iter=3, random_state=0)
    expected = clone(network).fit(X, y).predict_proba(X)
    proba = network.set_callbacks(Recorder()).fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(proba, expected)


def test_scoring_monitor_and_progress_bar(data, capsys):
    pytest.importorskip("rich", reason="needs the extra 'progress'")
    monitor = callback.ScoringMonitor(scoring="accuracy")
    network = SoftmaxMLPClassifier(max_iter=3, random_state=0)
    network.set_callbacks(monitor, callback.ProgressBar()).fit(*data)
    (log,) = monitor.get_logs(select="all")
    scores = [row["accuracy"] for row in log.data if "accuracy" in row]
    assert scores[-1] == network.score(*data)
    assert "SoftmaxMLPClassifier" in capsys.readouterr().out


def test_teardown_follows_a_failed_fit(data):
    X, y = data
    recorder = Recorder()
    network = SoftmaxMLPClassifier(max_iter=3).set_callbacks(recorder)

    def broken(estimator, context, **kwargs):
        raise RuntimeError("from a hook")

    recorder.on_fit_task_begin = broken
    with pytest.raises(RuntimeError, match="from a hook"):
        network.fit(X, y)
    assert recorder.events == ["setup", "teardown"]


def test_they_are_pickled_as_those_of_scikit_learn_are(data):
    network = SoftmaxMLPClassifier(max_iter=2).set_callbacks(Recorder()).fit(*data)
    restored = pickle.loads(pickle.dumps(network))
    assert [name for name in vars(restored) if "callback" in name] == ["_skl_callbacks"]
    (recorder,) = restored._skl_callbacks
    assert recorder.events[-1] == "teardown"


def test_those_of_a_pipeline_are_called_for_its_network(data):
    recorder = Recorder()
    recorder.max_propagation_depth = None
    network = SoftmaxMLPClassifier(max_iter=2, random_state=0)
    make_pipeline(StandardScaler(), network).set_callbacks(recorder).fit(*data)
    assert recorder.events.count("begin epoch") == 2
    assert recorder.events.count("end epoch") == 2


def test_without_callbacks_none_are_called(monkeypatch, data):
    monkeypatch.setattr(
        SoftmaxMLPClassifier, "_init_callback_context", None, raising=True
    )
    SoftmaxMLPClassifier(max_iter=2).fit(*data)
