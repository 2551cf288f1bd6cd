"""SurrogateTree: a fitted tree with the names that people know, as text and picture."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from dataclasses import dataclass
from textwrap import shorten
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray
from sklearn.pipeline import Pipeline
from sklearn.utils._optional_dependencies import check_matplotlib_support

from skdistill.inspection._conditions import Feature, features_of, numbered
from skdistill.utils._metaestimators import unwrap


@dataclass(frozen=True, eq=False)
class SurrogateTree:
    """A fitted tree, with the names of features and classes.

    Read more in the :ref:`User Guide <explain>`.

    Attributes
    ----------
    estimator : DecisionTreeClassifier or DecisionTreeRegressor
    features : list of Feature
    class_names : list of str or None
        None for numbers.
    """

    estimator: Any
    features: list[Feature]
    class_names: list[str] | None

    @classmethod
    def of(cls, student: Any) -> Self | None:
        """Find the tree in a fitted student.

        Parameters
        ----------
        student : estimator

        Returns
        -------
        tree : SurrogateTree or None
            None if there is no tree in it.
        """
        tree = unwrap(student)
        if not hasattr(tree, "tree_"):
            return None
        classes = getattr(student, "classes_", None)
        names = None if classes is None else [str(label) for label in classes]
        return cls(tree, _features(student, tree), names)

    @property
    def n_leaves(self) -> int:
        """Number of leaves."""
        return int(self.estimator.get_n_leaves())

    @property
    def depth(self) -> int:
        """Number of conditions on the longest way to a leaf."""
        return int(self.estimator.get_depth())

    def describe(self) -> str:
        """Describe its size."""
        return f"A tree of {self.n_leaves} leaves and depth {self.depth}"

    def lines(self) -> list["Line"]:
        """List the conditions of the tree, from the top down."""
        tree, lines = self.estimator.tree_, []
        stack = [(0, 0, "all samples")]
        while stack:
            node, depth, condition = stack.pop()
            left, right = tree.children_left[node], tree.children_right[node]
            is_leaf = left == right
            share = tree.weighted_n_node_samples[node] / tree.weighted_n_node_samples[0]
            values = np.ravel(tree.value[node])
            if self.class_names is not None:
                values = class_values(values)
            lines.append(Line(depth, condition, is_leaf, float(share), values))
            if is_leaf:
                continue
            feature, threshold = self.features[tree.feature[node]], tree.threshold[node]
            below = feature.between(-np.inf, threshold)
            above = feature.between(threshold, np.inf)
            stack.append((right, depth + 1, above))
            stack.append((left, depth + 1, below))
        return lines

    def text(self) -> str:
        """Write the tree as indented conditions, with a prediction for each leaf."""
        return "\n".join(
            "    " * line.depth
            + line.condition
            + (f": {self._predict(line)}" if line.is_leaf else "")
            for line in self.lines()
        )

    def _predict(self, line):
        share = f"{100 * line.share:.1f} % of the samples"
        if self.class_names is None:
            return f"{', '.join(f'{value:.6g}' for value in line.values)}; {share}"
        k = line.values.argmax()
        return f"{self.class_names[k]} {line.values[k]:.2f}, {share}"

    def plot(self, ax: Any = None) -> Any:
        """Draw the tree, with a bar for each leaf: its class probabilities or numbers.

        Parameters
        ----------
        ax : matplotlib Axes, default=None
            None: new ones, as high as the tree needs.

        Returns
        -------
        ax : matplotlib Axes
        """
        check_matplotlib_support("SurrogateTree.plot")
        lines = self.lines()
        if ax is None:
            import matplotlib.pyplot as plt

            height = 0.6 + 0.22 * len(lines)
            _, ax = plt.subplots(figsize=(9, height), layout="constrained")
        for i, line in enumerate(lines):
            text = shorten(line.condition, 48, placeholder=" …")
            ax.text(0.07 * line.depth - 1.2, i, text, va="center", fontsize="small")
        self._draw_bars(ax, [i for i, line in enumerate(lines) if line.is_leaf], lines)
        ax.set(xlim=(-1.2, 1.25), ylim=(len(lines) - 0.4, -0.6))
        ax.set_axis_off()
        return ax

    def _draw_bars(self, ax, places, lines):
        """Bars between 0 and 1, and behind them what the leaves predict and hold."""
        values = np.array([lines[i].values for i in places])
        notes = [f"{100 * lines[i].share:.1f} %" for i in places]
        if self.class_names is None:
            starts, widths = bars_of_numbers(values)
            height = 0.8 / values.shape[1]
            for j in range(values.shape[1]):
                above = np.array(places) - 0.4 + j * height
                ax.barh(above, widths[:, j], height, left=starts[j], align="edge")
            notes = [
                f"{', '.join(f'{value:.4g}' for value in row)}; {note}"
                for row, note in zip(values, notes, strict=True)
            ]
        else:
            starts = np.cumsum(values, axis=1) - values
            for k, name in enumerate(self.class_names):
                ax.barh(places, values[:, k], left=starts[:, k], label=name)
            n_columns = min(len(self.class_names), 8)
            ax.figure.legend(loc="outside upper right", ncols=n_columns)
        for i, note in zip(places, notes, strict=True):
            ax.text(1.02, i, note, va="center", fontsize="small")


class Line(NamedTuple):
    """A node of a tree, in the order in which people read.

    Attributes
    ----------
    depth : int
    condition : str
        Which of its parent's samples are in it.
    is_leaf : bool
    share : float
        Of the weight of all training samples.
    values : ndarray of shape (n_classes,) or (n_outputs,)
        Class probabilities, or numbers.
    """

    depth: int
    condition: str
    is_leaf: bool
    share: float
    values: NDArray


def class_values(values):
    """Class probabilities of a node of a tree.

    Parameters
    ----------
    values : ndarray of shape (n_classes,) or (1,)
        A regressor of two classes has the second one's probability alone.

    Returns
    -------
    values : ndarray of shape (n_classes,)
    """
    values = np.array([1 - values[0], values[0]]) if len(values) == 1 else values
    return values / values.sum()


def bars_of_numbers(values):
    """Lay out bars between 0 and 1: from the place of zero, to either side.

    Parameters
    ----------
    values : ndarray of shape (n_leaves, n_outputs)

    Returns
    -------
    starts : ndarray of shape (n_outputs,)
        The place of zero.
    widths : ndarray of shape (n_leaves, n_outputs)
        Negative to the left.
    """
    low, high = np.minimum(values.min(axis=0), 0), np.maximum(values.max(axis=0), 0)
    span = np.where(high > low, high - low, 1)
    return -low / span, values / span


def _features(student, tree):
    """What a tree reads, behind the steps of a pipeline."""
    pipeline = getattr(student, "estimator_", student)
    if isinstance(pipeline, Pipeline) and len(pipeline) > 1:
        before = pipeline[:-1] if len(pipeline) > 2 else pipeline[0]
        return features_of(before)
    names = getattr(student, "feature_names_in_", None)
    names = numbered(tree.n_features_in_) if names is None else names
    return [Feature(str(name)) for name in names]
