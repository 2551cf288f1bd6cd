"""A trained parameter vector as networks for raw rows, and back."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np

from skdistill.neural_network._features import fold, is_far_from_zero, unfold


def fold_networks(architecture, theta, scaling):
    """Weights of all networks, the scaling of their inputs folded into them.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_parameters,)
    scaling : tuple of two ndarrays of shape (n_features,) or None
        Centre and scale of the first inputs.

    Returns
    -------
    coefs : list of ndarray of shape (n_inputs, n_outputs)
        Of several networks, (n_networks, n_inputs, n_outputs).
    intercepts : list of ndarray of shape (n_outputs,)
        Of several networks, (n_networks, 1, n_outputs).
    """
    networks = []
    for network in range(architecture.n_networks or 1):
        coefs, intercepts = architecture.coefs_and_intercepts(theta, network)
        coefs = [weights.astype(np.float64) for weights in coefs]
        if scaling is not None:
            columns = slice(len(scaling[0]))
            coefs[0][columns], intercepts[0] = fold(
                coefs[0][columns], intercepts[0], scaling
            )
        networks.append((coefs, intercepts))
    dtype = theta.dtype
    if scaling is not None and is_far_from_zero(scaling):
        # In single precision the differences to such centres would drown.
        dtype = np.dtype(np.float64)
    if architecture.n_networks is None:
        ((coefs, intercepts),) = networks
        return (
            [weights.astype(dtype) for weights in coefs],
            [intercept.astype(dtype) for intercept in intercepts],
        )
    coefs, intercepts = (
        [np.stack(part).astype(dtype) for part in zip(*parts, strict=True)]
        for parts in zip(*networks, strict=True)
    )
    return coefs, [intercept[:, None] for intercept in intercepts]


def split_networks(coefs, intercepts):
    """Coefficients and intercepts of each network, from those of all.

    Parameters
    ----------
    coefs, intercepts : list of ndarray
        As :func:`fold_networks` returns them.

    Returns
    -------
    networks : list of (coefs, intercepts)
    """
    if coefs[0].ndim == 2:
        return [(coefs, intercepts)]
    return [
        (
            [weights[i] for weights in coefs],
            [intercept[i, 0] for intercept in intercepts],
        )
        for i in range(len(coefs[0]))
    ]


def unfold_networks(architecture, theta, networks, scaling):
    """Write networks into a parameter vector: the inverse of `fold_networks`.

    Parameters
    ----------
    architecture : Architecture
    theta : ndarray of shape (n_parameters,)
        Is written.
    networks : list of (coefs, intercepts)
    scaling : tuple or None

    Raises
    ------
    ValueError
        If the networks are of another architecture.
    """
    coefs, intercepts = networks[0]
    sizes = (*map(len, coefs), len(intercepts[-1]))
    n_networks = architecture.n_networks or 1
    if sizes != architecture.sizes or len(networks) != n_networks:
        raise ValueError(
            "warm_start needs the hidden_layer_sizes and n_members of the last fit: "
            f"{sizes[1:-1]} and {len(networks)}, not {architecture.sizes[1:-1]} and "
            f"{n_networks}."
        )
    for network, (coefs, intercepts) in enumerate(networks):
        views, intercept_views = architecture.coefs_and_intercepts(theta, network)
        for view, values in zip(
            [*views, *intercept_views], [*coefs, *intercepts], strict=True
        ):
            view[:] = values
        if scaling is not None:
            columns = slice(len(scaling[0]))
            views[0][columns], intercept_views[0][:] = unfold(
                views[0][columns], intercept_views[0], scaling
            )
