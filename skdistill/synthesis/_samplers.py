"""Samplers of synthetic samples, which the teacher can predict, too.

Each is a sample of a table, changed a little, and none is in the table. Labels play no
part.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from numbers import Real

import numpy as np
from numpy.random import RandomState
from numpy.typing import NDArray
from sklearn.utils._param_validation import Interval

from skdistill.synthesis._base import BaseSampler, Change
from skdistill.synthesis._tables import Table
from skdistill.utils._parameters import WholeNumbers


class NeighborInterpolation(BaseSampler):
    """Sampler of points between a sample and one of its nearest neighbors.

    A point is drawn on the line between the two, as in SMOTE [1]_, but without regard
    to classes. Categorical and missing values, which have nothing between, are taken
    from one of the two: from the nearer one with the greater probability.

    Read more in the :ref:`User Guide <synthetic_samples>`.

    Parameters
    ----------
    n_neighbors : int, default=5
        Number of nearest neighbors to draw from.

    random_state : int, RandomState instance or None, default=None
        Seeds the draws.

    Attributes
    ----------
    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where they are all strings.

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
        **BaseSampler._parameter_constraints,
        "n_neighbors": [WholeNumbers(1)],
    }

    def __init__(
        self, n_neighbors: int = 5, *, random_state: int | RandomState | None = None
    ) -> None:
        self.n_neighbors = n_neighbors
        self.random_state = random_state

    def _make_change(
        self, table: Table, parents: NDArray[np.intp], random_state: RandomState
    ) -> Change:
        neighbors = table.neighbors(parents, self.n_neighbors, random_state)

        def change(at):
            picks = random_state.randint(neighbors.shape[1], size=len(at))
            values = table.values[parents[at]]
            others = table.values[neighbors[at, picks]]
            share = random_state.uniform(size=(len(at), 1))
            taken = _swap(values, others, share, random_state)
            return _where_open(table, values + share * (others - values), taken)

        return change


class NeighborSwap(BaseSampler):
    """Sampler that replaces values by those of the nearest neighbors.

    Each value is replaced with a probability by that of one of the sample's nearest
    neighbors. So it occurs in the table, next to others like the sample's own. This is
    a cheap relative of Gibbs sampling, which draws each value from its distribution
    given the others [1]_.

    Read more in the :ref:`User Guide <synthetic_samples>`.

    Parameters
    ----------
    p : float, default=0.5
        Probability of replacing a value.

    n_neighbors : int, default=5
        Number of nearest neighbors to draw from, for each value anew.

    random_state : int, RandomState instance or None, default=None
        Seeds the draws.

    Attributes
    ----------
    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where they are all strings.

    See Also
    --------
    SwapNoise : Takes values from all samples.
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
        **BaseSampler._parameter_constraints,
        "p": [Interval(Real, 0, 1, closed="right")],
        "n_neighbors": [WholeNumbers(1)],
    }

    def __init__(
        self,
        p: float = 0.5,
        n_neighbors: int = 5,
        *,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.p = p
        self.n_neighbors = n_neighbors
        self.random_state = random_state

    def _make_change(
        self, table: Table, parents: NDArray[np.intp], random_state: RandomState
    ) -> Change:
        neighbors = table.neighbors(parents, self.n_neighbors, random_state)

        def change(at):
            values = table.values[parents[at]]
            picks = random_state.randint(neighbors.shape[1], size=values.shape)
            donors = np.take_along_axis(neighbors[at], picks, axis=1)
            others = np.take_along_axis(table.values, donors, axis=0)
            return _swap(values, others, self.p, random_state)

        return change


class SwapNoise(BaseSampler):
    """Sampler that replaces values by those of any samples.

    Each value is replaced with a probability by that of a sample drawn at random: noise
    that has the distribution of each feature. It is known as the corruption of
    denoising autoencoders for tables [1]_.

    Read more in the :ref:`User Guide <synthetic_samples>`.

    Parameters
    ----------
    p : float, default=0.15
        Probability of replacing a value.

    random_state : int, RandomState instance or None, default=None
        Seeds the draws.

    Attributes
    ----------
    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where they are all strings.

    See Also
    --------
    NeighborSwap : Takes values from near samples.
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
        **BaseSampler._parameter_constraints,
        "p": [Interval(Real, 0, 1, closed="right")],
    }

    def __init__(
        self, p: float = 0.15, *, random_state: int | RandomState | None = None
    ) -> None:
        self.p = p
        self.random_state = random_state

    def _make_change(
        self, table: Table, parents: NDArray[np.intp], random_state: RandomState
    ) -> Change:
        def change(at):
            values = table.values[parents[at]]
            donors = random_state.randint(len(table.values), size=values.shape)
            others = np.take_along_axis(table.values, donors, axis=0)
            return _swap(values, others, self.p, random_state)

        return change


class Munge(BaseSampler):
    """Sampler MUNGE: values are moved to around those of the nearest neighbor.

    Each value is moved with a probability. A categorical one becomes the neighbor's. A
    numeric one is drawn from a normal distribution around the neighbor's. Its standard
    deviation is the distance of the two over `s` [1]_.

    Read more in the :ref:`User Guide <synthetic_samples>`.

    Parameters
    ----------
    p : float, default=0.5
        Probability of moving a value.

    s : float, default=1.0
        How close to the neighbor's numbers the new ones are.

    random_state : int, RandomState instance or None, default=None
        Seeds the draws.

    Attributes
    ----------
    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where they are all strings.

    See Also
    --------
    MixedSampler : Three other samplers, whose mixture made better students.

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
        **BaseSampler._parameter_constraints,
        "p": [Interval(Real, 0, 1, closed="right")],
        "s": [Interval(Real, 0, None, closed="neither")],
    }

    def __init__(
        self,
        p: float = 0.5,
        s: float = 1.0,
        *,
        random_state: int | RandomState | None = None,
    ) -> None:
        self.p = p
        self.s = s
        self.random_state = random_state

    def _make_change(
        self, table: Table, parents: NDArray[np.intp], random_state: RandomState
    ) -> Change:
        nearest = table.neighbors(parents, 1, random_state)[:, 0]

        def change(at):
            values, others = table.values[parents[at]], table.values[nearest[at]]
            noise = random_state.standard_normal(values.shape) * (others - values)
            moved = _where_open(table, others + noise / self.s, others)
            return _swap(values, moved, self.p, random_state)

        return change


class MixedSampler(BaseSampler):
    """Sampler made of three others, in equal parts; the default.

    The parts are :class:`NeighborInterpolation`, :class:`NeighborSwap` and
    :class:`SwapNoise`, each with its defaults. Each part draws its parents anew. Where
    the first two find too few new samples, the last one makes more.

    Read more in the :ref:`User Guide <synthetic_samples>`.

    Parameters
    ----------
    random_state : int, RandomState instance or None, default=None
        Seeds the draws.

    Attributes
    ----------
    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where they are all strings.

    See Also
    --------
    Munge : The sampler of the first paper on model compression.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill.synthesis import MixedSampler, auto_n_samples
    >>> X, _ = load_iris(return_X_y=True)
    >>> sampler = MixedSampler(random_state=0).fit(X)
    >>> sampler.sample(X, n_samples=auto_n_samples(*X.shape)).shape
    (4500, 4)
    """

    def __init__(self, *, random_state: int | RandomState | None = None) -> None:
        self.random_state = random_state

    def _new_values(
        self, table: Table, n_samples: int, random_state: RandomState
    ) -> NDArray[np.float64]:
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


def _swap(
    values: NDArray, others: NDArray, p: float | NDArray, random_state: RandomState
) -> NDArray:
    """Values, each of them replaced by another one with probability p."""
    return np.where(random_state.uniform(size=values.shape) < p, others, values)


def _where_open(table: Table, numbers: NDArray, taken: NDArray) -> NDArray:
    """New numbers in columns that take them, elsewhere values that were taken."""
    return np.where(table.is_open & np.isfinite(numbers), numbers, taken)
