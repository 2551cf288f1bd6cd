"""A trained parameter vector as networks for numbers as they come, and back."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from math import prod
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from skdistill.neural_network._architecture import Architecture
from skdistill.neural_network._features import InputFeatures
from skdistill.neural_network._target_scaling import TargetScaling


class FoldedNetworks(NamedTuple):
    """Networks that take unscaled inputs, and give outputs in the units of targets.

    Attributes
    ----------
    features : InputFeatures
        The inputs that the networks were trained on.
    coefs : list of ndarray of shape (n_inputs, n_outputs)
        Of several networks, (n_networks, n_inputs, n_outputs).
    intercepts : list of ndarray of shape (n_outputs,)
        Of several networks, (n_networks, 1, n_outputs).
    target_scaling : TargetScaling or None, default=None
        What the targets were standardized by; None: they were not.
    """

    features: InputFeatures
    coefs: list[NDArray]
    intercepts: list[NDArray]
    target_scaling: TargetScaling | None = None

    @property
    def n_units(self) -> int:
        """Number of units that the first layers of all networks have together."""
        *n_networks, _, n_units = self.coefs[0].shape
        return prod(n_networks) * n_units

    def split(self) -> list[tuple[list[NDArray], list[NDArray]]]:
        """Coefficients and intercepts of each network."""
        if self.coefs[0].ndim == 2:
            return [(self.coefs, self.intercepts)]
        return [
            (
                [weights[i] for weights in self.coefs],
                [intercept[i, 0] for intercept in self.intercepts],
            )
            for i in range(len(self.coefs[0]))
        ]


def fold_networks(
    architecture: Architecture,
    theta: NDArray,
    features: InputFeatures,
    target_scaling: TargetScaling | None = None,
) -> FoldedNetworks:
    """Make networks of a parameter vector, with the scaling in first and last layers.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_parameters,)
    features : InputFeatures
    target_scaling : TargetScaling, default=None

    Returns
    -------
    networks : FoldedNetworks
    """
    parts = []
    for i, (coefs, intercepts) in enumerate(architecture.networks(theta)):
        coefs = [weights.astype(np.float64) for weights in coefs]
        coefs[0], intercepts[0] = features.fold(coefs[0], intercepts[0])
        if target_scaling is not None:
            last = target_scaling.select(i).fold(coefs[-1], intercepts[-1])
            coefs[-1], intercepts[-1] = last
        parts.append([*coefs, *intercepts])
    dtype, n_layers = features.folded_dtype(theta.dtype), len(architecture.sizes) - 1
    if target_scaling is not None and target_scaling.needs_double:
        dtype = np.dtype(np.float64)
    if architecture.n_networks is None:
        (arrays,) = parts
    else:
        arrays = [np.stack(arrays) for arrays in zip(*parts, strict=True)]
        arrays[n_layers:] = [intercept[:, None] for intercept in arrays[n_layers:]]
    arrays = [array.astype(dtype) for array in arrays]
    return FoldedNetworks(
        features, arrays[:n_layers], arrays[n_layers:], target_scaling
    )


def unfold_networks(
    architecture: Architecture, theta: NDArray, networks: FoldedNetworks
) -> None:
    """Write networks into a parameter vector: the inverse of `fold_networks`.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_parameters,)
        Is written.
    networks : FoldedNetworks

    Raises
    ------
    ValueError
        If the networks are of another architecture.
    """
    parts = networks.split()
    coefs, intercepts = parts[0]
    sizes = (*map(len, coefs), len(intercepts[-1]))
    n_networks = architecture.n_networks or 1
    if sizes != architecture.sizes or len(parts) != n_networks:
        raise ValueError(
            "warm_start needs the hidden_layer_sizes and n_members of the last fit: "
            f"{sizes[1:-1]} and {len(parts)}, not {architecture.sizes[1:-1]} and "
            f"{n_networks}."
        )
    views = architecture.networks(theta)
    for i, ((coefs, intercepts), view) in enumerate(zip(parts, views, strict=True)):
        coefs, intercepts = [*coefs], [*intercepts]
        if networks.target_scaling is not None:
            last = networks.target_scaling.select(i).unfold(coefs[-1], intercepts[-1])
            coefs[-1], intercepts[-1] = last
        first = networks.features.unfold(coefs[0], intercepts[0])
        coefs[0], intercepts[0] = first
        values = [*coefs, *intercepts]
        for array, value in zip([*view[0], *view[1]], values, strict=True):
            array[:] = value
