"""Regions: they are found on one half of the samples and measured on the other."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pandas as pd
import pytest
from numpy.testing import assert_allclose
from sklearn.tree import DecisionTreeRegressor

from skdistill.inspection._conditions import Feature, leaf_rules
from skdistill.inspection._regions import find_regions


@pytest.fixture
def frame():
    rng = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "age": rng.integers(20, 60, 400).astype(float),
            "city": rng.choice(["Bern", "Oslo", "Rome"], 400),
        }
    )


def test_a_region_of_numbers(frame):
    disagrees = (frame["age"] > 40).to_numpy(float)
    first, *_, last = find_regions(frame[["age"]], disagrees)
    assert (first.rule, first.disagreement) == ("age > 40.5", 1)
    assert (last.rule, last.disagreement) == ("age ≤ 40.5", 0)
    assert first.n_samples + last.n_samples == 200


def test_a_region_of_a_category(frame):
    disagrees = (frame["city"] == "Oslo").to_numpy(float)
    regions = find_regions(frame, disagrees)
    assert regions[0].rule == "city = Oslo"
    assert regions[-1].rule == "city ≠ Oslo"


def test_arrays_have_numbers_for_names():
    X = np.random.default_rng(0).uniform(0, 100, size=(100, 2))
    assert "x0" in find_regions(X, (X[:, 0] > 50).astype(float), 2)[0].rule
    X[::9, 1] = np.nan
    assert "x0" in find_regions(X, (X[:, 0] > 50).astype(float), 2)[0].rule


def test_texts_have_words():
    texts = ["good film", "bad film", "bad plot", "good plot"] * 20
    disagrees = np.array(["bad" in text for text in texts], float)
    assert find_regions(texts, disagrees)[0].rule.startswith(("bad >", "good ≤"))


def test_regions_are_measured_on_other_samples(frame):
    """On the samples that found them, noise would differ between regions."""
    rng = np.random.default_rng(0)
    worst = [
        find_regions(frame, rng.integers(2, size=400).astype(float)) for _ in range(30)
    ]
    first = [
        region.disagreement
        for regions in worst
        for region in regions
        if region.n_samples > 20
    ]
    assert_allclose(np.mean(first), 0.5, atol=0.03)


def test_regions_with_hardly_a_measured_sample_are_left_out():
    X = np.random.default_rng(0).normal(size=(142, 10))
    regions = find_regions(X, np.square(X).sum(axis=1))
    assert all(region.n_samples >= 5 for region in regions)
    assert len(find_regions(X[:4], X[:4, 0])) == 1


def test_without_disagreement_there_is_one_region(frame):
    (region,) = find_regions(frame, np.zeros(400))
    assert (region.rule, region.n_samples, region.disagreement) == ("", 200, 0)


def test_bounds_on_both_sides_are_one_condition():
    X = np.arange(9.0)[:, None]
    tree = DecisionTreeRegressor().fit(X, (X[:, 0] // 3) == 1)
    rules = leaf_rules(tree.tree_, [Feature("a")])
    assert sorted(rules.values()) == ["2.5 < a ≤ 5.5", "a > 5.5", "a ≤ 2.5"]
