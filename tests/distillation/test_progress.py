"""What a fit prints, and what it tells callbacks."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import re
from importlib.util import find_spec

import numpy as np
import pytest
from sklearn.base import clone
from sklearn.ensemble import RandomForestClassifier
from sklearn.naive_bayes import GaussianNB

from skdistill import (
    DistillationLoss,
    DistilledClassifier,
    DistilledClassifierCV,
    SoftmaxMLPClassifier,
    SubtaskEnsembleClassifier,
    TransferSet,
)

SECONDS = r"\.+ +\d+\.\d s"


@pytest.mark.parametrize(
    ("teacher", "source"),
    [(RandomForestClassifier(30), "out-of-bag"), (GaussianNB(), "out-of-fold")],
)
def test_a_line_a_stage_in_the_default_configuration(iris, capsys, teacher, source):
    DistilledClassifier(teacher, random_state=0, verbose=1).fit(*iris)
    stages = [
        "synthetic samples",
        f"teacher, {source}",
        "committee, 5 folds of student, additive, trees",
        r"student, \d+ samples",
    ]
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == len(stages)
    for line, stage in zip(lines, stages, strict=True):
        assert re.fullmatch(rf"\[DistilledClassifier\] {stage}{SECONDS}", line)


def test_a_line_a_fold_of_a_search(iris, capsys):
    parameters = {"alphas": [0.5], "temperatures": [1.0], "cv": 3, "verbose": 1}
    parameters |= {"synthesizer": None, "committee": None}
    DistilledClassifierCV(GaussianNB(), GaussianNB(), **parameters).fit(*iris)
    fold = ["teacher, out-of-fold", "fold {} of 3, 1 candidates"]
    expected = [line.format(i) for i in (1, 2, 3) for line in fold]
    expected += ["1 candidates, 3 folds", fold[0], "student, all samples"]
    lines = capsys.readouterr().out.splitlines()
    assert [re.split(r"\] |\.\.", line)[1] for line in lines] == expected


def test_silent_by_default(iris, capsys):
    DistilledClassifier(GaussianNB(), GaussianNB(), random_state=0).fit(*iris)
    assert capsys.readouterr().out == ""


class Tasks:
    """Remembers the tasks of a fit, as their names from the root on."""

    max_propagation_depth = None

    def __init__(self):
        self.begun, self.ended, self.torn_down = [], [], 0

    def setup(self, estimator, context):
        pass

    def teardown(self, estimator, context):
        self.torn_down += 1

    def on_fit_task_begin(self, estimator, context):
        self.begun.append(self._path(context))

    def on_fit_task_end(self, estimator, context):
        self.ended.append(self._path(context))

    def _path(self, context):
        above = () if context.parent is None else self._path(context.parent)
        return (*above, context.source_task_name or context.task_name)


needs_callbacks = pytest.mark.skipif(
    find_spec("sklearn.callback") is None,
    reason="scikit-learn has callbacks from 1.9 on",
)


@needs_callbacks
def test_callbacks_see_the_whole_fit_as_one_tree(iris):
    network = SoftmaxMLPClassifier((4,), max_iter=2)
    model = DistilledClassifier(GaussianNB(), network, synthesizer=None, random_state=0)
    tasks = Tasks()
    model.set_callbacks(tasks).fit(*iris)
    student = ("fit", f"student, {len(iris[0])} samples")
    assert tasks.begun == [
        ("fit",),
        ("fit", "teacher, out-of-fold"),
        ("fit", "committee, 5 folds of student, additive, trees"),
        student,
        *[(*student, "epoch")] * 2,
    ]
    assert sorted(tasks.ended) == sorted(tasks.begun)
    assert tasks.torn_down == 1


@needs_callbacks
def test_callbacks_reach_the_network_of_a_table(iris):
    X = [{"length": row[0], "color": "red"} for row in iris[0]]
    model = DistilledClassifier(committee=None, synthesizer=None, random_state=0)
    model.set_callbacks(tasks := Tasks()).fit(X, iris[1])
    student = ("fit", f"student, {len(X)} samples")
    assert (*student, "network", "epoch") in tasks.ended
    assert sorted(tasks.ended) == sorted(tasks.begun)


@needs_callbacks
def test_callbacks_of_a_search(iris):
    parameters = {"alphas": [0.5], "temperatures": [1.0, 2.0], "cv": 3}
    parameters |= {"synthesizer": None, "committee": None}
    model = DistilledClassifierCV(GaussianNB(), GaussianNB(), **parameters)
    model.set_callbacks(tasks := Tasks()).fit(*iris)
    assert tasks.ended == [
        ("fit", "2 candidates, 3 folds"),
        ("fit", "student, all samples"),
        ("fit",),
    ]
    assert tasks.torn_down == 1


@needs_callbacks
@pytest.mark.parametrize("has_teacher", [True, False])
def test_callbacks_of_a_subtask_ensemble(iris, has_teacher):
    ensemble = SubtaskEnsembleClassifier(random_state=0).set_callbacks(tasks := Tasks())
    X, y = iris
    if has_teacher:
        soft = TransferSet(X, np.zeros((len(y), 3)), y, np.unique(y))
        soft = soft.with_unlabeled(X[::2], np.zeros((len(y[::2]), 3)))
        ensemble.fit_distill(soft, DistillationLoss())
        members = f"{len(ensemble.hard_label_ensemble_.estimators_)} members"
        assert ("fit", "ensemble of labels alone", members) in tasks.ended
    else:
        ensemble.fit(X, y)
    assert tasks.ended[-1] == ("fit",)
    assert ("fit", f"{len(ensemble.estimators_)} members") in tasks.ended
    assert sorted(tasks.ended) == sorted(tasks.begun)


@needs_callbacks
def test_callbacks_are_torn_down_after_a_failed_fit(iris):
    tasks = Tasks()
    model = DistilledClassifier(GaussianNB(), synthesizer=None).set_callbacks(tasks)
    model.set_params(teacher=GaussianNB(priors=[1.0]))
    with pytest.raises(ValueError, match="teacher=GaussianNB"):
        model.fit(*iris)
    assert tasks.torn_down == 1
    assert tasks.ended == []
    assert set(vars(model)) == {*model.get_params(deep=False), "_skl_callbacks"}


@needs_callbacks
def test_callbacks_change_no_prediction(iris):
    X, y = iris
    model = DistilledClassifier(GaussianNB(), GaussianNB(), random_state=0)
    expected = clone(model).fit(X, y).predict_proba(X)
    proba = model.set_callbacks(Tasks()).fit(X, y).predict_proba(X)
    np.testing.assert_array_equal(proba, expected)
