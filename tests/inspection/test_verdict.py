"""The verdict: it says what the figures say, in words."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pytest
from sklearn.utils import Bunch

from skdistill.inspection._class_metrics import ClassMetrics
from skdistill.inspection._intervals import Difference
from skdistill.inspection._measures import Measures
from skdistill.inspection._speed import Latency
from skdistill.inspection._verdict import compare_costs, judge, write_verdict

ACCURACY = ClassMetrics.scores["accuracy"]


def measures(accuracy, n_bytes, *seconds):
    latencies = [
        Latency("as given", n_samples, time, time)
        for n_samples, time in zip((1, 10_000), seconds, strict=False)
    ]
    return Measures("", None, None, Bunch(accuracy=accuracy), n_bytes, latencies)


def difference(value, low, high):
    return Difference("accuracy", "student", "teacher", value, low, high)


def test_a_verdict():
    found = difference(-0.008, -0.012, -0.004)
    report = Bunch(
        student=measures(0.992, 1000, 1e-5, 1e-3),
        teacher=measures(1.0, 2_000_000, 233e-5, 41e-3),
        scratch=None,
        metrics=ClassMetrics,
        n_samples=10_000,
        difference=lambda minus, score: found,
    )
    assert write_verdict(report) == [
        "The student keeps 99.2 % of its teacher's accuracy: on 10,000 test samples a "
        "difference of -0.8 points is more than noise (95 % interval -1.2 to -0.4).",
        "In processor time, one sample takes 1/233 of the teacher's and 10,000 samples "
        "take 1/41 of the teacher's. The file has 1/2,000 of the teacher's bytes.",
    ]
    report.scratch, report.teacher = measures(0.9, 1000), measures(0.8, None)
    assert "The student reaches 124.0 % of its teacher's" in write_verdict(report)[0]
    assert write_verdict(report)[1].startswith(
        "Against the same student trained on the labels alone: on 10,000 test samples"
    )


@pytest.mark.parametrize(
    ("ends", "words"),
    [
        ((-0.012, -0.04, 0.02), "-1.2 points is within noise"),
        ((0.05, 0.04, 0.06), "+5.0 points is more than noise"),
        ((0.0, 0.0, 0.0), "there is no difference"),
    ],
)
def test_differences_are_judged(ends, words):
    assert words in judge(difference(*ends), ACCURACY, 84)
    assert "on 84 test samples" in judge(difference(*ends), ACCURACY, 84)


def test_a_student_that_is_slower_is_called_slower():
    student, teacher = measures(1, 10, 3e-3, 1e-3), measures(1, 10, 1e-3, 18e-3)
    assert compare_costs(student, teacher) == (
        "In processor time, one sample takes 3.0 times the teacher's and 10,000 "
        "samples take 1/18 of the teacher's. "
        "The file has 1.0 times the teacher's bytes."
    )


def test_what_was_not_measured_is_not_compared():
    assert compare_costs(measures(1, 10, 1, 1), measures(1, None)) == ""
