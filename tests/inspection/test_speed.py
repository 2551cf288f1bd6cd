"""Sizes and times."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from io import BytesIO
from time import process_time

import joblib
import numpy as np
import pandas as pd
import pytest
from sklearn.dummy import DummyClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdistill.inspection import _speed
from skdistill.inspection._speed import measure_bytes, measure_latencies
from skdistill.tables import TableEncoder


class Slow:
    """Takes a known time for each sample, once it is warm."""

    def __init__(self):
        self.shapes = []

    def predict(self, X):
        self.shapes.append(np.shape(X))
        start, seconds = process_time(), 0.0002 if len(X) == 1 else 0.004
        while process_time() - start < seconds:
            pass


@pytest.fixture
def few_calls(monkeypatch):
    monkeypatch.setattr(_speed, "MAX_CALLS", 20)


def test_medians_and_percentiles(few_calls):
    one, batch = measure_latencies(Slow(), np.zeros((7, 2)), seconds=0.01)
    assert (one.n_samples, batch.n_samples) == (1, 10_000)
    assert (one.form, batch.form) == ("as given", "as given")
    assert 0.0002 <= one.median <= one.percentile_95
    assert 0.004 <= batch.median < 0.02


def test_calls_are_bounded(few_calls):
    model = Slow()
    measure_latencies(model, np.zeros((7, 2)), seconds=0.01)
    ones = [shape for shape in model.shapes if shape == (1, 2)]
    batches = [shape for shape in model.shapes if shape == (10_000, 2)]
    assert len(ones) == 1 + 20
    assert len(batches) == 1 + 5
    assert len(model.shapes) == len(ones) + len(batches)


@pytest.mark.parametrize("encoder", [StandardScaler(), TableEncoder()])
def test_frames_of_numbers_are_timed_as_arrays_too(few_calls, encoder):
    """Without the warning that an array has no names."""
    frame = pd.DataFrame({"a": [1.0, 2.0], "b": [3, 4]})
    model = make_pipeline(encoder, LogisticRegression()).fit(frame, [0, 1])
    assert [latency.form for latency in measure_latencies(model, frame)] == [
        "as given",
        "as given",
        "array",
        "array",
    ]
    mixed = frame.assign(c=["x", "y"])
    forms = {
        latency.form
        for latency in measure_latencies(DummyClassifier().fit(mixed, [0, 1]), mixed)
    }
    assert forms == {"as given"}


def test_models_of_frames_alone_are_timed_on_frames(few_calls):
    class OfFrames:
        def predict(self, X):
            return X["a"]

    latencies = measure_latencies(OfFrames(), pd.DataFrame({"a": [1.0]}))
    assert {latency.form for latency in latencies} == {"as given"}


def test_errors_of_the_samples_as_given_are_raised():
    class Broken:
        def predict(self, X):
            raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        measure_latencies(Broken(), np.zeros((1, 1)))


def test_bytes_are_those_of_the_file():
    model, file = LogisticRegression(), BytesIO()
    joblib.dump(model, file)
    assert measure_bytes(model) == len(file.getvalue())
    assert measure_bytes(lambda: None) is None
