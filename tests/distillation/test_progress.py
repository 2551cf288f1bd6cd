"""What a fit prints."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import re

import pytest
from sklearn.ensemble import RandomForestClassifier
from sklearn.naive_bayes import GaussianNB

from skdistill import DistilledClassifier

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


def test_silent_by_default(iris, capsys):
    DistilledClassifier(GaussianNB(), GaussianNB(), random_state=0).fit(*iris)
    assert capsys.readouterr().out == ""
