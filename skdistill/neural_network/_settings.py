"""The parameters of a network's training, and what "auto" means among them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass, fields
from math import ceil
from numbers import Real
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.utils._param_validation import (
    Interval,
    Options,
    StrOptions,
    validate_parameter_constraints,
)

from skdistill.neural_network._adam import AdamSettings
from skdistill.utils._parameters import WholeNumbers

# What "auto" aims at along a cosine: enough steps to converge, enough passes to see
# each sample, and not so many that labels are memorized, but for few samples.
AUTO_STEPS, MIN_STEPS = 2000, 200
MIN_EPOCHS, MAX_EPOCHS = 10, 20

# What it is elsewhere, where training ends by itself.
DEFAULT_MAX_ITER = 200

# Samples that L-BFGS passes through the network at a time: more only take more memory.
FULL_BATCH = 4096

PARAMETER_CONSTRAINTS: dict = {
    "hidden_layer_sizes": [
        "array-like",
        WholeNumbers(1),
    ],
    "activation": [StrOptions({"relu", "tanh", "logistic", "identity"})],
    "solver": [StrOptions({"adam", "lbfgs"})],
    "alpha": [Interval(Real, 0, None, closed="left")],
    "batch_size": [StrOptions({"auto"}), WholeNumbers(1)],
    "learning_rate": [StrOptions({"constant", "cosine"})],
    "learning_rate_init": [Interval(Real, 0, None, closed="neither")],
    "max_iter": [StrOptions({"auto"}), WholeNumbers(1)],
    "shuffle": ["boolean"],
    "random_state": ["random_state"],
    "tol": [Interval(Real, 0, None, closed="left")],
    "verbose": ["verbose"],
    "warm_start": ["boolean"],
    "early_stopping": ["boolean"],
    "validation_fraction": [Interval(Real, 0, 1, closed="neither")],
    "beta_1": [Interval(Real, 0, 1, closed="left")],
    "beta_2": [Interval(Real, 0, 1, closed="left")],
    "epsilon": [Interval(Real, 0, None, closed="neither")],
    "n_iter_no_change": [
        WholeNumbers(1),
        Options(Real, {np.inf}),
    ],
    "max_fun": [WholeNumbers(1)],
    "standardize": ["boolean"],
    "numeric_encoding": [
        None,
        StrOptions({"auto", "selective"}),
        WholeNumbers(2),
    ],
    "n_members": [WholeNumbers(1)],
}


def check_parameters(network: BaseEstimator) -> None:
    """Validate the parameters of an estimator, as its own `fit` does.

    Parameters
    ----------
    network : SoftmaxMLPClassifier

    Raises
    ------
    InvalidParameterError
        If a parameter is not valid.
    """
    validate_parameter_constraints(
        PARAMETER_CONSTRAINTS, network.get_params(deep=False), type(network).__name__
    )


@dataclass(frozen=True)
class TrainingSettings:
    """Parameters of a training, as :class:`SoftmaxMLPClassifier` has them.

    See there for their meaning. One more, `n_losses`, is the number of groups of
    `n_members` networks that train side by side, each by a loss of its own.
    """

    hidden_layer_sizes: tuple[int, ...]
    activation: str
    solver: str
    alpha: float
    batch_size: int | str
    learning_rate: str
    learning_rate_init: float
    max_iter: int | str
    shuffle: bool
    tol: float
    verbose: bool
    early_stopping: bool
    validation_fraction: float
    beta_1: float
    beta_2: float
    epsilon: float
    n_iter_no_change: float
    max_fun: int
    standardize: bool
    numeric_encoding: int | str | None
    n_members: int
    n_losses: int = 1

    @classmethod
    def of(cls, network: BaseEstimator) -> Self:
        """Read the settings from the parameters of an estimator.

        Parameters
        ----------
        network : SoftmaxMLPClassifier

        Returns
        -------
        settings : TrainingSettings

        Raises
        ------
        ValueError
            If the sizes of hidden layers are no whole numbers above zero.
        """
        names = {field.name for field in fields(cls)} - {"n_losses"}
        params = {name: getattr(network, name) for name in names}
        sizes = np.atleast_1d(network.hidden_layer_sizes)
        are_whole = sizes.ndim == 1 and (sizes.dtype.kind in "iu" or not sizes.size)
        if not are_whole or sizes.min(initial=1) < 1:
            raise ValueError(
                "hidden_layer_sizes must be > 0, and whole numbers, got "
                f"{network.hidden_layer_sizes!r}."
            )
        return cls(**params | {"hidden_layer_sizes": tuple(map(int, sizes))})

    @property
    def adam(self) -> AdamSettings:
        """Adam's decay rates and epsilon."""
        return AdamSettings(self.beta_1, self.beta_2, self.epsilon)

    @property
    def ends_by_itself(self) -> bool:
        """Whether training stops when it improves no more, as a cosine does not."""
        return self.solver == "lbfgs" or self.learning_rate == "constant"

    def n_epochs(self, n_steps: int) -> int:
        """Number of epochs, or of iterations, at most.

        Parameters
        ----------
        n_steps : int
            Number of batches of an epoch.
        """
        if self.max_iter != "auto":
            return int(self.max_iter)
        return DEFAULT_MAX_ITER if self.ends_by_itself else auto_epochs(n_steps)

    def n_samples_of_batch(self, n_samples: int) -> int:
        """Batch size for a number of samples."""
        if self.solver == "lbfgs":
            return min(FULL_BATCH, n_samples)
        auto = self.batch_size == "auto"
        size = auto_batch_size(n_samples) if auto else int(self.batch_size)
        return min(size, n_samples)

    def dtype(self, X: NDArray) -> np.dtype:
        """Precision to train in: that of X for "lbfgs", else float32."""
        return X.dtype if self.solver == "lbfgs" else np.dtype(np.float32)


def auto_batch_size(n_samples: int) -> int:
    """Batch size for a number of samples: more, noisier steps where they are few."""
    if n_samples < 400:
        return 32
    return 64 if n_samples <= 50_000 else 256


def auto_epochs(n_steps: int) -> int:
    """Number of epochs of `n_steps` steps that makes 2,000 steps, within bounds."""
    most = max(MAX_EPOCHS, ceil(MIN_STEPS / n_steps))
    return min(max(ceil(AUTO_STEPS / n_steps), MIN_EPOCHS), most)
