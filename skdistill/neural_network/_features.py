"""What a network sees of X: scaled features, and piecewise-linear ones of them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass, replace
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import issparse
from sklearn.preprocessing import StandardScaler
from sklearn.utils import gen_batches

from skdistill.neural_network._nonlinearity import drop_linear_columns
from skdistill.neural_network._piecewise import PiecewiseLinear, auto_bins

# Samples whose mean and variance are computed at a time.
CHUNK_SIZE = 2**14

# Encoded columns beyond which the means of their bins are subtracted. Otherwise a step
# of training moves all inputs of a unit by their means, and rectified units die. On
# fewer columns the network learns as well without.
MAX_COLUMNS = 250

# Samples that the means of bins are learned from.
MEAN_SAMPLES = 500

# Features whose mean is this many standard deviations away from zero lose two of the
# seven digits of single precision when their center is folded into a layer.
FAR_FROM_ZERO = 100

# Scales below this leave single precision when they are folded into a layer.
TINY_SCALE = 1e-30

# Values below this may be squared, multiplied and summed in single precision. Values of
# double precision are refused beyond the other bound, which their squares need.
LARGEST_SINGLE, LARGEST_DOUBLE = 1e18, 1e150

# A scale that leaves nothing of a feature, and of its weights still a number.
HUGE_SCALE = 1e30


class Scaling(NamedTuple):
    """Standardization of features, in double precision.

    Attributes
    ----------
    center, scale : ndarray of shape (n_features,)
        What is subtracted from each feature, and what the difference is divided by.
    """

    center: NDArray
    scale: NDArray

    @classmethod
    def learn(cls, X: NDArray, sample_weight: NDArray | None = None) -> Self:
        """Learn mean and standard deviation, from one chunk of samples at a time.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
        sample_weight : ndarray of shape (n_samples,), default=None

        Returns
        -------
        scaling : Scaling
            The scale of a constant feature is one. Where double precision cannot center
            the values of a feature, the scale is so large that nothing is left of them.
        """
        scaler = StandardScaler(copy=False)
        for rows in gen_batches(X.shape[0], CHUNK_SIZE):
            weights = None if sample_weight is None else sample_weight[rows]
            if weights is None or weights.any():
                # The weighted variance of a constant feature may come out below zero.
                with np.errstate(invalid="ignore"):
                    scaler.partial_fit(X[rows], sample_weight=weights)
        # There the scaler takes differences for rounding errors, and lets them be.
        scale = scaler.scale_.copy()
        with np.errstate(invalid="ignore"):
            is_lost = (scaler.var_ > 0) & (np.sqrt(scaler.var_) != scale)
        lost = np.flatnonzero(is_lost)
        scale[lost[(X[:, lost] != X[0, lost]).any(axis=0)]] = HUGE_SCALE
        return cls(scaler.mean_, scale)

    @property
    def needs_double(self) -> bool:
        """Whether a center is large against its scale, or a scale is tiny."""
        is_far = np.abs(self.center) > FAR_FROM_ZERO * self.scale
        return bool((is_far | (self.scale < TINY_SCALE)).any())


@dataclass(frozen=True)
class InputFeatures:
    """The inputs that a network makes of the features of X.

    Sparse X has neither scaling nor piecewise-linear features.

    Parameters
    ----------
    n_features : int
        Number of features of X.
    scaling : Scaling, default=None
        None: the features are left as they are.
    piecewise : PiecewiseLinear, default=None
        Inputs that follow the features, computed without the scaling.
    bin_means : ndarray of shape (n_bins,), default=None
        What is subtracted from these features; None: nothing.
    """

    n_features: int
    scaling: Scaling | None = None
    piecewise: PiecewiseLinear | None = None
    bin_means: NDArray | None = None

    @classmethod
    def learn(
        cls,
        X: NDArray,
        sample_weight: NDArray | None = None,
        *,
        standardize: bool = True,
        numeric_encoding: int | str | None = None,
    ) -> Self:
        """Learn what to make of X.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        sample_weight : ndarray of shape (n_samples,), default=None
        standardize : bool, default=True
            Whether to scale the features.
        numeric_encoding : int, "auto", "selective" or None, default=None
            Number of bins of each feature. "selective" is "auto" here.

        Returns
        -------
        features : InputFeatures
        """
        scaling = piecewise = bin_means = None
        if not issparse(X):
            if standardize:
                scaling = Scaling.learn(X, sample_weight)
            by_size = isinstance(numeric_encoding, str)
            n_bins = auto_bins(X) if by_size else int(numeric_encoding or 0)
            if n_bins:
                piecewise = PiecewiseLinear.learn(X, n_bins)
                if piecewise.n_columns > MAX_COLUMNS:
                    step = -(-len(X) // MEAN_SAMPLES)
                    bin_means = piecewise.transform(X[::step]).mean(axis=0)
        return cls(X.shape[1], scaling, piecewise, bin_means)

    def drop_linear(
        self, X: NDArray, targets: NDArray, sample_weight: NDArray | None = None
    ) -> Self:
        """Leave out the piecewise-linear features of columns that have no use for them.

        Parameters
        ----------
        X, targets, sample_weight
            As in :func:`drop_linear_columns`.

        Returns
        -------
        features : InputFeatures
        """
        piecewise = self.piecewise
        if piecewise is not None:
            piecewise = drop_linear_columns(piecewise, X, targets, sample_weight)
            piecewise = piecewise if len(piecewise.columns) else None
        return replace(self, piecewise=piecewise)

    @property
    def n_inputs(self) -> int:
        """Number of inputs of the network."""
        n_bins = 0 if self.piecewise is None else len(self.piecewise.columns)
        return self.n_features + n_bins

    def write(self, X: NDArray, out: NDArray) -> NDArray:
        """Write the inputs into an array.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
        out : ndarray of shape (n_samples, n_inputs)

        Returns
        -------
        out : ndarray
        """
        columns = out[:, : self.n_features]
        if self.scaling is None:
            np.copyto(columns, X, casting="same_kind")
        elif self.scaling.needs_double:
            columns[:] = (X - self.scaling.center) / self.scaling.scale
        else:
            np.subtract(X, self.scaling.center, out=columns, casting="same_kind")
            columns /= self.scaling.scale
        if self.piecewise is not None:
            self.piecewise.transform(X, out[:, self.n_features :])
        if self.bin_means is not None:
            out[:, self.n_features :] -= self.bin_means
        return out

    def transform(self, X: NDArray, dtype: np.dtype) -> NDArray:
        """Compute the inputs.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)
        dtype : dtype

        Returns
        -------
        inputs : {ndarray, sparse matrix} of shape (n_samples, n_inputs)
            Sparse X as it came.
        """
        if issparse(X):
            return X
        return self.write(X, np.empty((len(X), self.n_inputs), dtype))

    def append(self, X: NDArray, dtype: np.dtype) -> NDArray:
        """Append the piecewise-linear inputs to unscaled features.

        Parameters
        ----------
        X : {ndarray, sparse matrix} of shape (n_samples, n_features)
            In the precision that it came in: a bin may be too narrow for `dtype`.
        dtype : dtype

        Returns
        -------
        inputs : {ndarray, sparse matrix} of shape (n_samples, n_inputs)
            For a layer that the scaling is folded into.
        """
        if self.piecewise is None:
            return X.astype(dtype, copy=False)
        if issparse(X):
            X = X.toarray()
        inputs = np.empty((len(X), self.n_inputs), dtype)
        inputs[:, : self.n_features] = X
        self.piecewise.transform(X, inputs[:, self.n_features :])
        return inputs

    def fold(self, weights: NDArray, intercept: NDArray) -> tuple[NDArray, NDArray]:
        """Fold the scaling into a first layer.

        Parameters
        ----------
        weights : ndarray of shape (n_inputs, n_outputs)
        intercept : ndarray of shape (n_outputs,)

        Returns
        -------
        weights, intercept : ndarray
            What they make of unscaled inputs is what the old ones make of scaled ones.
        """
        if self.bin_means is not None:
            intercept = intercept - self.bin_means @ weights[self.n_features :]
        if self.scaling is None:
            return weights, intercept
        columns, (center, scale) = slice(self.n_features), self.scaling
        weights = weights.copy()
        weights[columns] /= scale[:, None]
        return weights, intercept - center @ weights[columns]

    def unfold(self, weights: NDArray, intercept: NDArray) -> tuple[NDArray, NDArray]:
        """Take the scaling out of a first layer again: the inverse of `fold`."""
        if self.bin_means is not None:
            intercept = intercept + self.bin_means @ weights[self.n_features :]
        if self.scaling is None:
            return weights, intercept
        columns, (center, scale) = slice(self.n_features), self.scaling
        intercept = intercept + center @ weights[columns]
        weights = weights.copy()
        weights[columns] *= scale[:, None]
        return weights, intercept

    def folded_dtype(self, dtype: np.dtype) -> np.dtype:
        """Precision that a folded layer needs, for one trained in `dtype`."""
        if self.scaling is not None and self.scaling.needs_double:
            return np.dtype(np.float64)
        return dtype


def is_within_single(X: NDArray) -> bool:
    """Whether no value is too large for the arithmetic of single precision, or NaN.

    Parameters
    ----------
    X : ndarray of shape (n_samples, n_features)

    Returns
    -------
    within : bool
        May be False where many values are nearly too large.
    """
    # A product takes a third of the time that comparisons take.
    return bool(np.vdot(X, X) < LARGEST_SINGLE**2)


def check_range(values: NDArray, dtype: np.dtype, name: str = "X") -> None:
    """Refuse values that are too large to train on, or to predict, in a precision.

    Parameters
    ----------
    values : ndarray
    dtype : dtype
    name : str, default="X"
        What the values are of.

    Raises
    ------
    ValueError
        If a value is beyond the range.
    """
    largest = min(float(np.finfo(dtype).max), LARGEST_DOUBLE)
    # As Python's numbers: single precision has no room for the second bound.
    if values.size and max(float(values.max()), -float(values.min())) > largest:
        raise ValueError(
            f"{name} contains values too large for dtype('{dtype}'), in which this "
            f"estimator works: they must not exceed {largest:.1e}."
        )
