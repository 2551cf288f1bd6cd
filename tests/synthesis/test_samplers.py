"""Tests of the samplers of synthetic rows."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import tracemalloc
from collections import Counter
from itertools import product
from numbers import Real

import numpy as np
import pandas as pd
import polars as pl
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_matrix
from scipy.spatial.distance import cdist
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skdistill.synthesis import (
    MixedSampler,
    Munge,
    NeighborInterpolation,
    NeighborSwap,
    SwapNoise,
    auto_n_samples,
)
from skdistill.tables import is_table

SAMPLERS = [NeighborInterpolation, NeighborSwap, SwapNoise, Munge, MixedSampler]
N_ROWS, N_NEW = 80, 300


def numeric_array():
    """Numbers, whole numbers, a one-hot group, a flag, and missing values."""
    rng = np.random.default_rng(0)
    X = rng.normal(size=(N_ROWS, 7))
    X[:, 1] = rng.integers(-20, 20, size=N_ROWS)
    X[:, 2:5] = np.eye(3)[rng.integers(3, size=N_ROWS)]
    X[:, 5] = rng.integers(2, size=N_ROWS)
    X[::4, 6] = np.nan
    return X


def pandas_frame():
    """A column of each type."""
    rng = np.random.default_rng(0)
    text = rng.choice(["a", "b", "c"], N_ROWS)
    gaps = rng.random(N_ROWS) < 0.2
    whole = rng.integers(100, size=N_ROWS)
    X = pd.DataFrame(
        {
            "amount": rng.normal(size=N_ROWS),
            "gappy": np.where(gaps, np.nan, rng.normal(size=N_ROWS)),
            "single": rng.normal(size=N_ROWS).astype(np.float32),
            "whole": whole,
            "small": whole.astype(np.uint8),
            "gappy_whole": pd.Series(whole, dtype="Int64").mask(gaps),
            "flag": rng.random(N_ROWS) < 0.5,
            "gappy_flag": pd.Series(whole > 50, dtype="boolean").mask(gaps),
            "text": text,
            "gappy_text": pd.Series(text, dtype=object).mask(gaps, None),
            "category": pd.Categorical(text, ["c", "unused", "b", "a"], ordered=True),
            "number_category": pd.Categorical(whole % 5),
            "day": pd.Timestamp("2026-01-01") + pd.to_timedelta(whole % 9, "D"),
            "objects": pd.Series(list(whole), dtype=object),
        },
        index=rng.permutation(N_ROWS),
    )
    for name in "abc":
        X[f"is_{name}"] = text == name
    return X


def string_array():
    return np.random.default_rng(0).choice(list("abcdefghij"), (N_ROWS, 8))


def polars_frame():
    """A column of each type."""
    X = pandas_frame()
    gaps = X["gappy"].isna().to_numpy()
    columns = {
        name: X[name].to_numpy()
        for name in (
            "amount",
            "single",
            "whole",
            "small",
            "flag",
            "is_a",
            "is_b",
            "is_c",
        )
    }
    text = pl.Series([str(cell) for cell in X["text"]])
    return pl.DataFrame(
        {
            **columns,
            "gappy": pl.Series(X["gappy"].to_numpy(), nan_to_null=True),
            "nan": X["gappy"].to_numpy(),
            "gappy_whole": [None if gap else i for i, gap in enumerate(gaps)],
            "gappy_flag": [None if gap else i > 9 for i, gap in enumerate(gaps)],
            "text": text,
            "gappy_text": [
                None if gap else i for i, gap in zip(text, gaps, strict=True)
            ],
            "category": text.cast(pl.Categorical),
            "enum": text.cast(pl.Enum(["c", "unused", "b", "a"])),
        }
    )


TABLES = {
    "array": numeric_array,
    "float32": lambda: numeric_array().astype(np.float32),
    "integers": lambda: np.nan_to_num(numeric_array() * 9).astype(np.int16),
    "objects": lambda: pandas_frame().drop(columns="day").to_numpy(object),
    "strings": string_array,
    "pandas": pandas_frame,
    "polars": polars_frame,
}
WHOLE = {"array": [1], "float32": [1], "pandas": [3, 4, 5, 13], "polars": [2, 3, 10]}
GROUPS = {"array": [2, 3, 4], "float32": [2, 3, 4]}
GROUPS |= {"pandas": [14, 15, 16], "polars": [5, 6, 7]}


def columns_of(X):
    """Columns of any table as lists of cells, missing ones as None."""
    columns = []
    for j in range(X.shape[1]):
        if isinstance(X, np.ndarray):
            cells = X[:, j].tolist()
        else:
            cells = list(X.iloc[:, j] if hasattr(X, "iloc") else X[:, j])
        columns.append(
            [None if cell is pd.NA or cell != cell else cell for cell in cells]
        )
    return columns


def rows_of(X):
    return list(zip(*columns_of(X), strict=True))


@pytest.fixture(params=TABLES)
def name(request):
    return request.param


@pytest.fixture
def X(name):
    return TABLES[name]()


@pytest.fixture(params=SAMPLERS)
def sampler(request):
    return request.param(random_state=0)


@pytest.fixture
def X_new(sampler, X):
    return sampler.fit(X).sample(X, N_NEW)


def test_type_and_dtypes(X, X_new):
    assert type(X_new) is type(X)
    assert X_new.shape == (N_NEW, X.shape[1])
    if isinstance(X, np.ndarray):
        assert X_new.dtype == X.dtype
    elif isinstance(X, pd.DataFrame):
        pd.testing.assert_series_equal(X_new.dtypes, X.dtypes)
        assert_array_equal(X_new.index, np.arange(N_NEW))
    else:
        assert X_new.schema == X.schema


def test_no_row_of_the_table_is_repeated(X, X_new):
    assert not set(rows_of(X)) & set(rows_of(X_new))


def test_values_are_valid(name, X, X_new):
    whole = WHOLE.get(name, [])
    for j, (old, new) in enumerate(zip(columns_of(X), columns_of(X_new), strict=True)):
        present = {cell for cell in old if cell is not None}
        if None not in old:
            assert None not in new
        if all(isinstance(cell, Real) for cell in present):
            found = [cell for cell in new if cell is not None]
            assert min(present) <= min(found) <= max(found) <= max(present)
            if j in whole:
                assert_array_equal(found, np.rint(found))
        else:
            assert set(new) <= set(old)
    if GROUPS.get(name):
        group = np.array(columns_of(X_new))[GROUPS[name]]
        assert_array_equal(group.astype(float).sum(axis=0), 1)


def test_missing_values_stay_possible(sampler, name, X, X_new):
    for old, new in zip(columns_of(X), columns_of(X_new), strict=True):
        if None in old:
            assert 0.02 < np.mean([cell is None for cell in new]) < 0.6


def test_same_seed_same_rows(sampler, X, X_new):
    assert rows_of(clone(sampler).fit(X).sample(X, N_NEW)) == rows_of(X_new)
    assert rows_of(sampler.sample(X, N_NEW)) == rows_of(X_new)
    sampler.set_params(random_state=1)
    assert rows_of(sampler.sample(X, N_NEW)) != rows_of(X_new)


def test_the_table_is_left_alone(name, X, X_new):
    assert rows_of(X) == rows_of(TABLES[name]())


@pytest.mark.parametrize("n_samples", [0, 1, 2, 7])
def test_few_samples(sampler, n_samples):
    X = pandas_frame()
    X_new = sampler.fit(X).sample(X, n_samples)
    assert len(X_new) == n_samples
    pd.testing.assert_series_equal(X_new.dtypes, X.dtypes)


def sources(X, X_new):
    """For a table without equal values: the sample that each value of X_new is from."""
    return np.array(
        [
            [np.flatnonzero(X[:, j] == cell)[0] for j, cell in enumerate(row)]
            for row in X_new
        ]
    )


def nearest(X, k):
    """The k nearest other samples of each sample of numbers."""
    points = X / X.std(axis=0)
    return np.argsort(cdist(points, points), axis=1)[:, 1 : k + 1]


@pytest.mark.parametrize("k", [1, 3])
def test_interpolation_lies_between_neighbors(rng, k):
    X = rng.normal(size=(40, 2)) * [1, 1000]
    X_new = NeighborInterpolation(k, random_state=0).fit(X).sample(X, 2000)
    pairs = np.column_stack([np.repeat(np.arange(40), k), nearest(X, k).ravel()])
    pairs = np.unique(np.sort(pairs, axis=1), axis=0)
    starts, ends = X[pairs[:, 0]], X[pairs[:, 1]]
    shares = (X_new[:, None] - starts) / (ends - starts)
    is_between = np.isclose(shares[..., 0], shares[..., 1], atol=1e-7)
    is_between &= (shares[..., 0] >= 0) & (shares[..., 0] <= 1)
    # Every row is between a pair, and every pair has a row.
    assert is_between.any(axis=1).all()
    assert is_between.any(axis=0).all()


def test_interpolation_takes_categories_from_the_nearer_sample(rng):
    X = pd.DataFrame({"amount": np.arange(3.0) * 100, "name": list("abc")})
    X_new = NeighborInterpolation(1, random_state=0).fit(X).sample(X, 3000)
    place = X_new["amount"].to_numpy() / 100
    own = np.searchsorted([0.5, 1.5], place) == X_new["name"].map(
        {"a": 0, "b": 1, "c": 2}
    )
    distance = np.abs(place - np.rint(place))
    assert own[distance < 0.1].mean() > 0.9
    assert 0.5 < own[distance > 0.4].mean() < 0.7


def test_neighbor_swap_takes_values_of_neighbors(rng):
    X = rng.normal(size=(60, 4))
    near = np.column_stack([np.arange(60), nearest(X, 3)])
    found = sources(X, NeighborSwap(0.4, 3, random_state=0).fit(X).sample(X, 600))
    may_be = [
        [set(row) <= set(near[parent]) for parent in range(60)]
        for row in found.tolist()
    ]
    assert np.any(may_be, axis=1).all()
    # A row of four may well have cells of more than two others.
    assert max(len(set(row)) for row in found.tolist()) >= 3


@pytest.mark.parametrize("p", [0.1, 0.3])
@pytest.mark.parametrize("sampler_class", [SwapNoise, NeighborSwap])
def test_share_of_replaced_values(rng, sampler_class, p):
    X = rng.normal(size=(50, 40))
    found = sources(X, sampler_class(p, random_state=0).fit(X).sample(X, 1000))
    parents = np.array([Counter(row).most_common(1)[0][0] for row in found.tolist()])
    assert_allclose((found != parents[:, None]).mean(), p, rtol=0.07)


def test_each_sample_is_parent_equally_often(rng):
    X = rng.normal(size=(50, 40))
    found = sources(X, SwapNoise(0.1, random_state=0).fit(X).sample(X, 170))
    parents = Counter(Counter(row).most_common(1)[0][0] for row in found.tolist())
    assert sorted(parents.values()) == [3] * 30 + [4] * 20


def test_swap_noise_takes_values_of_all_samples(rng):
    X = rng.normal(size=(50, 10))
    found = sources(X, SwapNoise(1.0, random_state=0).fit(X).sample(X, 1000))
    counts = np.array([np.bincount(column, minlength=50) for column in found.T])
    assert counts.min() > 2
    assert_allclose(counts.std() / np.sqrt(20), 1, rtol=0.15)


@pytest.mark.parametrize("s", [2.0, 20.0])
def test_munge_draws_around_the_neighbor(s):
    # Pairs that are far apart: the nearest row is the other one of a pair.
    X = np.repeat(np.arange(1, 101) * 1000.0, 2) + np.tile([0.0, 1.5], 100)
    X = X.reshape(-1, 1)
    X_new = Munge(1.0, s, random_state=0).fit(X).sample(X, 4000)
    pair = np.rint(X_new / 1000) * 1000
    # To either side of a pair's middle there is the same normal distribution.
    spread = np.sqrt(0.75**2 + (1.5 / s) ** 2)
    assert_allclose((X_new - pair - 0.75).std(), spread, rtol=0.05)


def test_munge_moves_categories_to_the_neighbors(rng):
    X = pd.DataFrame({"amount": [0.0, 1.0, 100.0, 101.0], "name": list("abcd")})
    X_new = Munge(1.0, 1e6, random_state=0).fit(X).sample(X, 100)
    for amount, name in X_new.itertuples(index=False):
        assert name == "abcd"[np.abs(X["amount"] - amount).argmin()]


def test_munge_leaves_values_alone(rng):
    X = rng.normal(size=(50, 20))
    X_new = Munge(0.3, random_state=0).fit(X).sample(X, 500)
    same = (X_new[:, None] == X).mean(axis=2).max(axis=1)
    assert_allclose(same.mean(), 0.7, rtol=0.03)


def test_mixture_has_three_equal_parts(rng):
    X = rng.normal(size=(50, 20))
    X_new = MixedSampler(random_state=0).fit(X).sample(X, 302)
    is_old = [np.isin(X_new[:, j], X[:, j]) for j in range(20)]
    between = ~np.any(is_old, axis=0)
    assert_array_equal(between, np.arange(302) < 100)
    kept = (X_new[:, None] == X).mean(axis=2).max(axis=1)
    assert_allclose(kept[100:201].mean(), 0.5, atol=0.05)
    assert_allclose(kept[201:].mean(), 0.85, atol=0.03)


def test_swap_noise_makes_up_for_rows_not_found():
    # Rows of a grid without a corner: the ways between neighbors are taken.
    X = np.array([row for row in product(range(4), repeat=3) if row != (3, 3, 3)])
    X = X.astype(str)
    few = NeighborInterpolation(random_state=0).fit(X).sample(X, 300)
    assert len(few) < 100
    X_new = MixedSampler(random_state=0).fit(X).sample(X, 300)
    assert set(map(tuple, X_new)) == {("3", "3", "3")}
    assert len(X_new) > len(few)


@pytest.mark.parametrize(
    "X",
    [
        np.array(list(product("abc", repeat=3))),
        np.ones((5, 3)),
        np.arange(3.0)[None],
        pd.DataFrame({"a": ["x", "y"], "b": [1, 1]}),
    ],
)
def test_no_new_rows_where_there_are_none(sampler, X):
    X_new = sampler.fit(X).sample(X, 20)
    assert type(X_new) is type(X)
    assert X_new.shape == (0, X.shape[1])


def test_rows_other_than_those_of_fit(sampler):
    X = pandas_frame()
    other = X.iloc[:30].assign(text="new")
    # A row of a one-hot group may also be empty, as for an unknown name.
    other.loc[other["amount"] > 0, ["is_a", "is_b", "is_c"]] = False
    X_new = sampler.fit(X).sample(other, 100)
    assert set(X_new["text"]) == {"new"}
    patterns = {tuple(row) for row in other[["is_a", "is_b", "is_c"]].to_numpy()}
    found = {tuple(row) for row in X_new[["is_a", "is_b", "is_c"]].to_numpy()}
    assert found <= patterns
    assert (False, False, False) in found


def test_infinite_numbers(sampler, rng):
    X = rng.normal(size=(50, 3))
    X[:20, 0], X[10:30, 1] = np.inf, -np.inf
    X_new = sampler.fit(X).sample(X, 100)
    assert len(X_new) == 100
    assert not np.isnan(X_new).any()


def test_memory_does_not_grow_with_the_square(sampler, rng):
    X = rng.normal(size=(20_000, 20))
    tracemalloc.start()
    sampler.fit(X).sample(X, 2_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20 * X.nbytes < 20_000**2 / 4


@pytest.mark.parametrize(
    "X",
    [
        csr_matrix(np.eye(3)),
        ["a", "b"],
        [[1.0, 2.0]],
        np.ones(3),
        None,
        pd.Series([1]),
        csr_matrix(np.eye(3)).todense(),
    ],
)
def test_not_a_table(X):
    assert not is_table(X)
    with pytest.raises(TypeError, match=f"not of X of type {type(X).__name__}"):
        MixedSampler().fit(X)
    sampler = MixedSampler().fit(np.eye(3))
    with pytest.raises(TypeError, match="Synthetic samples can be made"):
        sampler.sample(X, 5)


def test_a_table(X):
    assert is_table(X)


def test_number_of_samples():
    assert [auto_n_samples(n) for n in (1, 66, 67, 800, 801)] == [
        *(2000, 2000, 2010),
        *(24_000, 24_000),
    ]


def test_number_of_samples_of_wide_tables():
    assert auto_n_samples(5000, 699) == 24_000
    assert auto_n_samples(5000, 700) == 2**24 // 700 == 23_967
    assert auto_n_samples(1000, 2000) == 2**24 // 2000 == 8388
    # As many as there are of training samples, which are in memory anyway.
    assert auto_n_samples(1000, 20_000) == 1000
    assert auto_n_samples(10**6, 20_000) == 24_000


def test_memory_of_wide_tables(rng):
    X = rng.normal(size=(300, 2500))
    tracemalloc.start()
    X_new = MixedSampler(random_state=0).fit(X).sample(X, 1677)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(X_new) == 1677
    assert peak < 8 * X_new.nbytes


def with_identifiers(n, rng):
    """Two columns that tell something, and one that tells who is who."""
    names = [f"customer {i:04}" for i in rng.permutation(n)]
    return pd.DataFrame(
        {"who": names, "number": rng.randint(9, size=n), "flag": rng.rand(n) < 0.5}
    )


def test_identifiers_stay_with_their_parents(sampler, rng):
    X = with_identifiers(60, rng)
    X["other"] = rng.normal(size=60)
    X_new = sampler.fit(X).sample(X, 300)
    assert len(X_new) == 300
    parents = X.set_index("who").loc[X_new["who"]]
    changed = parents.to_numpy() != X_new.drop(columns="who").to_numpy()
    assert changed.any(axis=1).all()
    assert sorted(Counter(X_new["who"]).values()) in ([5] * 60, [3] * 60) or isinstance(
        sampler, MixedSampler
    )


def test_a_sample_is_not_new_by_its_identifier(rng):
    X = with_identifiers(400, rng)
    # All combinations of the other columns are in the table.
    assert len(X[["number", "flag"]].drop_duplicates()) == 18
    assert len(SwapNoise(random_state=0).fit(X).sample(X, 50)) == 0


def test_identifiers_do_not_count_in_distances(rng):
    X = pd.DataFrame({"number": np.arange(40.0), "who": [f"{i} x" for i in range(40)]})
    X_new = NeighborInterpolation(1, random_state=0).fit(X).sample(X, 400)
    own = X_new["who"].str.split(" ").str[0].astype(float)
    assert (np.abs(X_new["number"] - own) <= 1).all()


def test_a_table_of_identifiers_alone_is_one_of_categories(rng):
    X = pd.DataFrame({c: [f"{c} {i}" for i in range(50)] for c in "ab"})
    X_new = SwapNoise(0.5, random_state=0).fit(X).sample(X, 100)
    assert len(X_new) == 100
    assert set(X_new["a"]) <= set(X["a"])


def test_huge_whole_objects_are_categories(sampler, rng):
    X = np.empty((90, 2), object)
    X[:, 0] = [2**58 * int(v) for v in rng.randint(-99, 99, size=90)]
    X[:, 1] = rng.normal(size=90).tolist()
    X_new = sampler.fit(X).sample(X, 200)
    assert len(X_new) == 200
    assert set(X_new[:, 0]) <= set(X[:, 0])


@pytest.mark.parametrize("scale", [1e300, 1e308, 1e-310])
def test_huge_and_tiny_numbers_warn_of_nothing(sampler, rng, scale):
    X = rng.uniform(-1, 1, size=(50, 3)) * scale
    X_new = sampler.fit(X).sample(X, 100)
    assert len(X_new) == 100
    assert np.isfinite(X_new).all()


@pytest.mark.parametrize(
    "X",
    [
        np.array([[{}, 1], [{}, 2], [{}, 3]], dtype=object),
        pd.DataFrame({"a": [[1], [2]], "b": [1, 2]}),
        pl.DataFrame({"a": [[1], [2]], "b": [1, 2]}),
    ],
)
def test_values_that_are_not_hashable(X):
    with pytest.raises(TypeError, match=r"^Column (0|'a'): .*string or a number: unh"):
        MixedSampler().fit(X)


def test_true_is_no_number(rng):
    X = rng.normal(size=(20, 2))
    with pytest.raises(ValueError, match="n_neighbors"):
        NeighborSwap(n_neighbors=True).fit(X)


@pytest.mark.parametrize(
    "invalid",
    [
        SwapNoise(p=0),
        SwapNoise(p=1.1),
        NeighborSwap(n_neighbors=0),
        NeighborInterpolation(n_neighbors=1.5),
        Munge(s=0.0),
        Munge(p=-1),
        MixedSampler(random_state="x"),
    ],
)
def test_invalid_parameters(invalid):
    with pytest.raises(ValueError, match="parameter of"):
        invalid.fit(np.eye(3))


def test_invalid_use(sampler):
    X = pandas_frame()
    with pytest.raises(NotFittedError):
        sampler.sample(X, 5)
    with pytest.raises(ValueError, match="minimum of 1"):
        sampler.fit(X.iloc[:0])
    sampler.fit(X)
    with pytest.raises(ValueError, match="n_samples == -1"):
        sampler.sample(X, -1)
    with pytest.raises(ValueError, match="feature names"):
        sampler.sample(X.rename(columns={"text": "other"}), 5)
    with pytest.raises(ValueError, match="0 sample"):
        sampler.sample(X.iloc[:0], 5)
    with pytest.raises(ValueError, match="Column 0 held numbers"):
        sampler.sample(X.assign(amount="x"), 5)
    assert sampler.n_features_in_ == X.shape[1]
    assert_array_equal(sampler.feature_names_in_, X.columns)
