"""Which metadata of an ensemble's `fit` go to members, and which to a splitter."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

from sklearn import get_config
from sklearn.utils.metadata_routing import (
    MetadataRouter,
    MethodMapping,
    process_routing,
)


def make_router(owner: Any, estimator: Any, splitter: Any = None) -> MetadataRouter:
    """Route metadata of the owner's `fit`.

    Parameters
    ----------
    owner : estimator
    estimator : classifier
        For its `fit`.
    splitter : splitter, default=None
        For its `split`, where there is one.

    Returns
    -------
    router : MetadataRouter
    """
    router = MetadataRouter(owner=type(owner).__name__).add_self_request(owner)
    mapping = MethodMapping().add(caller="fit", callee="fit")
    router.add(estimator=estimator, method_mapping=mapping)
    if splitter is not None:
        mapping = MethodMapping().add(caller="fit", callee="split")
        router.add(partition=splitter, method_mapping=mapping)
    return router


def route(owner: Any, metadata: dict, *, has_splitter: bool) -> tuple[dict, dict]:
    """Tell apart metadata for the members' `fit` and for the splitter's `split`.

    Parameters
    ----------
    owner : estimator
        With a router as of :func:`make_router`.
    metadata : dict
    has_splitter : bool

    Returns
    -------
    fit_params, split_params : dict
        Without metadata routing, a splitter is given `groups`, and members the others.
    """
    if get_config().get("enable_metadata_routing"):
        routed = process_routing(owner, "fit", **metadata)
        split_params = dict(routed.partition.split) if has_splitter else {}
        return dict(routed.estimator.fit), split_params
    fit_params, split_params = dict(metadata), {}
    if has_splitter and "groups" in fit_params:
        split_params["groups"] = fit_params.pop("groups")
    return fit_params, split_params
