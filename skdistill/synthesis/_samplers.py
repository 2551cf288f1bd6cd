"""Samplers of synthetic rows: where else to ask the teacher.

A teacher can label any row, and a student learns most from the answers to rows that the
teacher has not seen. The samplers make such rows of the rows of a table, near to them,
and never the same. Labels play no part.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from numbers import Integral, Real

import numpy as np
from sklearn.base import BaseEstimator, _fit_context
from sklearn.utils import check_random_state
from sklearn.utils._param_validation import Interval
from sklearn.utils.validation import check_is_fitted, check_scalar, validate_data

from skdistill.synthesis._tables import Table, find_feature_groups
from skdistill.tables import is_table
from skdistill.utils._rows import check_X_lazily

# How often a row is changed anew while the table has it already.
MAX_ATTEMPTS = 50


def auto_n_samples(n_samples):
    """Number of synthetic rows that suits a number of training rows.

    Parameters
    ----------
    n_samples : int
        Number of training rows.

    Returns
    -------
    n_synthetic : int
        Thirty times as many, at least 2,000 and at most 24,000.

    Examples
    --------
    >>> from skdistill.synthesis import auto_n_samples
    >>> [auto_n_samples(n) for n in (50, 500, 5000)]
    [2000, 15000, 24000]
    """
    return min(max(30 * n_samples, 2000), 24_000)


def can_synthesize(X):
    """Tell whether rows like those of X can be made up.

    Parameters
    ----------
    X : object
        Rows in any form.

    Returns
    -------
    can : bool
        True for two-dimensional dense arrays of numbers, booleans, strings or objects,
        and for pandas and polars DataFrames. False for everything else: sparse
        matrices, lists of texts.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.sparse import csr_array
    >>> from skdistill.synthesis import can_synthesize
    >>> can_synthesize(np.eye(3)), can_synthesize(csr_array(np.eye(3)))
    (True, False)
    >>> can_synthesize(["a text", "another text"])
    False
    """
    return is_table(X)


class _Sampler(BaseEstimator):
    """A sampler: each synthetic row is a row of the table, its parent, changed.

    Subclasses say how, by `_make_change`: a function that makes changed rows, anew at
    each call, of those parents whose positions it is given.
    """

    _parameter_constraints: dict = {"random_state": ["random_state"]}

    @_fit_context(prefer_skip_nested_validation=True)
    def fit(self, X, y=None):
        """Find out what the columns hold.

        Parameters
        ----------
        X : {ndarray, DataFrame} of shape (n_samples, n_features)
            Rows of a table. They are not kept.
        y : None
            Ignored.

        Returns
        -------
        self : estimator

        Raises
        ------
        TypeError
            If :func:`can_synthesize` says no.
        """
        _check_table(X)
        check_X_lazily(self, X)
        self._groups = find_feature_groups(X)
        return self

    def sample(self, X, n_samples):
        """Make synthetic rows of the rows of a table.

        Parameters
        ----------
        X : {ndarray, DataFrame} of shape (n_samples, n_features)
            Rows to make others of: those of `fit`, or others with the same columns.
            Each is the parent of equally many rows, but for one.
        n_samples : int
            Number of rows to make.

        Returns
        -------
        X_new : {ndarray, DataFrame} of shape (n_new, n_features)
            Rows of the same type, with the same columns, and none of them in X. They
            are fewer than `n_samples` where no other rows are to be found, as in a
            table that has all combinations of its values already; some may be alike
            where there are few.
        """
        check_is_fitted(self)
        _check_table(X)
        validate_data(self, X, reset=False, skip_check_array=True)
        check_scalar(n_samples, "n_samples", Integral, min_val=0)
        if not len(X):
            raise ValueError("Synthetic rows need rows: X has 0 samples.")
        table = Table(X, self._groups)
        values = table.values[:0]
        if len(table.distinct) > 1:
            random_state = check_random_state(self.random_state)
            values = self._new_values(table, n_samples, random_state)
        return table.decode(values)

    def _new_values(self, table, n_samples, random_state):
        """Encoded synthetic rows."""
        if n_samples == 0:
            return table.values[:0]
        parents = random_state.permutation(len(table.values))
        parents = np.resize(parents, n_samples)
        change = self._make_change(table, parents, random_state)
        values = table.values[parents]
        missing = np.arange(n_samples)
        for _ in range(MAX_ATTEMPTS):
            if not len(missing):
                break
            # Of two infinite amounts there is no difference, and it is not used.
            with np.errstate(invalid="ignore"):
                values[missing] = table.as_stored(change(missing))
            missing = missing[table.has(values[missing])]
        return np.delete(values, missing, axis=0)


class NeighborInterpolation(_Sampler):
    """Synthetic rows between a row and one of its nearest neighbours.

    A point is drawn on the line between the two, as in SMOTE, but for rows of all
    classes alike. What has nothing between, names and missing values, is taken from
    one of the two: from the nearer one with the greater probability.

    Parameters
    ----------
    n_neighbors : int, default=5
        Number of nearest neighbours to draw from.

    random_state : int, RandomState instance or None, default=None
        Seeds the draws.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, where they are all strings.

    See Also
    --------
    MixedSampler : This sampler and two others.

    References
    ----------
    .. [1] N. Chawla, K. Bowyer, L. Hall and W. P. Kegelmeyer, "SMOTE: synthetic
       minority over-sampling technique", Journal of Artificial Intelligence Research
       16, 2002. :arxiv:`1106.1813`

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill.synthesis import NeighborInterpolation
    >>> X, _ = load_iris(return_X_y=True)
    >>> sampler = NeighborInterpolation(random_state=0).fit(X)
    >>> sampler.sample(X, n_samples=1000).shape
    (1000, 4)
    """

    _parameter_constraints: dict = {
        **_Sampler._parameter_constraints,
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(self, n_neighbors=5, *, random_state=None):
        self.n_neighbors = n_neighbors
        self.random_state = random_state

    def _make_change(self, table, parents, random_state):
        neighbors = table.neighbors(parents, self.n_neighbors, random_state)

        def change(at):
            picks = random_state.randint(neighbors.shape[1], size=len(at))
            rows, others = table.values[parents[at]], table.values[neighbors[at, picks]]
            share = random_state.uniform(size=(len(at), 1))
            taken = _swap(rows, others, share, random_state)
            return _where_amounts(table, rows + share * (others - rows), taken)

        return change


class NeighborSwap(_Sampler):
    """Synthetic rows with some cells from the nearest neighbours.

    Each cell is replaced with a probability by that of one of the row's nearest
    neighbours. Every cell is one that occurs, next to others that it occurs with: a
    cheap relative of Gibbs sampling, which draws each cell from its distribution given
    the others [1]_.

    Parameters
    ----------
    p : float, default=0.5
        Probability of replacing a cell.

    n_neighbors : int, default=5
        Number of nearest neighbours to draw from, for each cell anew.

    random_state : int, RandomState instance or None, default=None
        Seeds the draws.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, where they are all strings.

    See Also
    --------
    SwapNoise : Takes cells from all rows.
    MixedSampler : This sampler and two others.

    References
    ----------
    .. [1] R. Fakoor, J. Mueller, N. Erickson, P. Chaudhari and A. Smola, "Fast,
       accurate, and simple models for tabular data via augmented distillation",
       NeurIPS 2020. :arxiv:`2006.14284`

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill.synthesis import NeighborSwap
    >>> X, _ = load_iris(return_X_y=True)
    >>> sampler = NeighborSwap(random_state=0).fit(X)
    >>> sampler.sample(X, n_samples=1000).shape
    (1000, 4)
    """

    _parameter_constraints: dict = {
        **_Sampler._parameter_constraints,
        "p": [Interval(Real, 0, 1, closed="right")],
        "n_neighbors": [Interval(Integral, 1, None, closed="left")],
    }

    def __init__(self, p=0.5, n_neighbors=5, *, random_state=None):
        self.p = p
        self.n_neighbors = n_neighbors
        self.random_state = random_state

    def _make_change(self, table, parents, random_state):
        neighbors = table.neighbors(parents, self.n_neighbors, random_state)

        def change(at):
            rows = table.values[parents[at]]
            picks = random_state.randint(neighbors.shape[1], size=rows.shape)
            donors = np.take_along_axis(neighbors[at], picks, axis=1)
            others = np.take_along_axis(table.values, donors, axis=0)
            return _swap(rows, others, self.p, random_state)

        return change


class SwapNoise(_Sampler):
    """Synthetic rows with some cells from any other rows.

    Each cell is replaced with a probability by that of a row drawn at random: noise
    that has the distribution of each column. It became known as the corruption of
    denoising autoencoders for tables [1]_.

    Parameters
    ----------
    p : float, default=0.15
        Probability of replacing a cell.

    random_state : int, RandomState instance or None, default=None
        Seeds the draws.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, where they are all strings.

    See Also
    --------
    NeighborSwap : Takes cells from near rows.
    MixedSampler : This sampler and two others.

    References
    ----------
    .. [1] J. Yoon, Y. Zhang, J. Jordon and M. van der Schaar, "VIME: extending the
       success of self- and semi-supervised learning to tabular domain", NeurIPS 2020.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill.synthesis import SwapNoise
    >>> X, _ = load_iris(return_X_y=True)
    >>> sampler = SwapNoise(random_state=0).fit(X)
    >>> sampler.sample(X, n_samples=1000).shape
    (1000, 4)
    """

    _parameter_constraints: dict = {
        **_Sampler._parameter_constraints,
        "p": [Interval(Real, 0, 1, closed="right")],
    }

    def __init__(self, p=0.15, *, random_state=None):
        self.p = p
        self.random_state = random_state

    def _make_change(self, table, parents, random_state):
        def change(at):
            rows = table.values[parents[at]]
            donors = random_state.randint(len(table.values), size=rows.shape)
            others = np.take_along_axis(table.values, donors, axis=0)
            return _swap(rows, others, self.p, random_state)

        return change


class Munge(_Sampler):
    """Synthetic rows by MUNGE: cells moved to those of the nearest neighbour.

    Each cell is moved with a probability: a name becomes the neighbour's, and an amount
    is drawn from a normal distribution around the neighbour's, with their distance over
    `s` as its standard deviation [1]_.

    Parameters
    ----------
    p : float, default=0.5
        Probability of moving a cell.

    s : float, default=1.0
        How close to the neighbour's amounts the new ones are.

    random_state : int, RandomState instance or None, default=None
        Seeds the draws.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, where they are all strings.

    See Also
    --------
    MixedSampler : Three other samplers, which together served students better.

    References
    ----------
    .. [1] C. Bucila, R. Caruana and A. Niculescu-Mizil, "Model compression", KDD 2006.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill.synthesis import Munge
    >>> X, _ = load_iris(return_X_y=True)
    >>> sampler = Munge(p=0.25, s=3.0, random_state=0).fit(X)
    >>> sampler.sample(X, n_samples=1000).shape
    (1000, 4)
    """

    _parameter_constraints: dict = {
        **_Sampler._parameter_constraints,
        "p": [Interval(Real, 0, 1, closed="right")],
        "s": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(self, p=0.5, s=1.0, *, random_state=None):
        self.p = p
        self.s = s
        self.random_state = random_state

    def _make_change(self, table, parents, random_state):
        nearest = table.neighbors(parents, 1, random_state)[:, 0]

        def change(at):
            rows, others = table.values[parents[at]], table.values[nearest[at]]
            noise = random_state.standard_normal(rows.shape) * (others - rows) / self.s
            moved = _where_amounts(table, others + noise, others)
            return _swap(rows, moved, self.p, random_state)

        return change


class MixedSampler(_Sampler):
    """Synthetic rows by three samplers in equal parts; the default.

    The parts are :class:`NeighborInterpolation`, :class:`NeighborSwap` and
    :class:`SwapNoise`, each with its defaults. Where the first two find too few new
    rows, the last one makes up for it.

    Parameters
    ----------
    random_state : int, RandomState instance or None, default=None
        Seeds the draws.

    Attributes
    ----------
    n_features_in_ : int
        Number of columns.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the columns, where they are all strings.

    See Also
    --------
    Munge : The sampler of the first paper on model compression.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill.synthesis import MixedSampler, auto_n_samples
    >>> X, _ = load_iris(return_X_y=True)
    >>> sampler = MixedSampler(random_state=0).fit(X)
    >>> sampler.sample(X, n_samples=auto_n_samples(len(X))).shape
    (4500, 4)
    """

    def __init__(self, *, random_state=None):
        self.random_state = random_state

    def _new_values(self, table, n_samples, random_state):
        values = table.values[:0]
        for n_left, sampler in (
            (3, NeighborInterpolation()),
            (2, NeighborSwap()),
            (1, SwapNoise()),
        ):
            part = (n_samples - len(values)) // n_left
            new = sampler._new_values(table, part, random_state)
            values = np.concatenate([values, new])
        return values


def _swap(rows, others, p, random_state):
    """Rows with the cells of others, each with probability p."""
    return np.where(random_state.uniform(size=rows.shape) < p, others, rows)


def _where_amounts(table, amounts, taken):
    """New amounts where a column holds some, elsewhere cells that were taken."""
    return np.where(table.categorical | ~np.isfinite(amounts), taken, amounts)


def _check_table(X):
    if not can_synthesize(X):
        raise TypeError(
            "Synthetic rows can be made of two-dimensional dense arrays and of pandas "
            f"and polars DataFrames, not of X of type {type(X).__name__}."
        )
