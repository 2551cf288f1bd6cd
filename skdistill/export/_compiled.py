"""compile, CompiledClassifier and CompiledRegressor: a student as machine code."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.utils.validation import validate_data

from skdistill.export._c import c_source, function_name
from skdistill.export._library import Library
from skdistill.export._readers import read_graph
from skdistill.export._served import Served, ServedClassifier, ServedRegressor

NAME = "student"


def compile(student: BaseEstimator) -> "CompiledClassifier | CompiledRegressor":
    """Compile a student by way of C.

    Read more in the :ref:`User Guide <export>`.

    Parameters
    ----------
    student : classifier or regressor
        Fitted, and of a kind that :func:`to_c` writes.

    Returns
    -------
    compiled : CompiledClassifier or CompiledRegressor

    Raises
    ------
    CompilerError
        If there is no C compiler. That of the environment variable CC is taken, else
        "cc".
    TypeError
        If the student is of a kind that cannot be written in C.

    Examples
    --------
    >>> from sklearn.datasets import load_iris
    >>> from skdistill import SoftmaxMLPClassifier
    >>> from skdistill.export import compile
    >>> X, y = load_iris(return_X_y=True)
    >>> student = SoftmaxMLPClassifier(random_state=0).fit(X, y)
    >>> compiled = compile(student)
    >>> bool((compiled.predict(X) == student.predict(X)).all())
    True
    """
    graph = read_graph(student)
    signature = graph.signature
    form = "batch" if signature.encoder is None else "inputs"
    library = Library(
        c_source(graph, NAME),
        f"{function_name(NAME, signature)}_{form}",
        graph.output.size,
    )
    kind = CompiledRegressor if signature.classes is None else CompiledClassifier
    return kind(library, signature)


class CompiledStudent(Served):
    """A fitted student that predicts by compiled C."""

    def _outputs(self, X):
        # Of plain samples the compiled code itself checks that they are finite.
        is_plain = self._is_plain(X) and X.dtype == np.float64
        rows = X if is_plain and X.flags.c_contiguous else self._read_rows(X)
        outputs = self.engine.predict(rows)
        if outputs is None:
            if self.signature.encoder is None:
                validate_data(self, X, reset=False)  # says what is not finite
            raise ValueError("X contains values too large for dtype('float32').")
        return outputs

    def _read_rows(self, X):
        """Numbers of a table or of any other form of samples."""
        if self.signature.encoder is not None:
            inputs = np.hstack(self.signature.encoder.encode(X))
            return np.ascontiguousarray(inputs, dtype=np.float64)
        return validate_data(
            self,
            X,
            dtype=np.float64,
            order="C",
            ensure_all_finite=False,
            reset=False,
        )


class CompiledClassifier(CompiledStudent, ServedClassifier):
    """A fitted classifier that predicts by compiled C, as :func:`compile` makes it.

    It may be called from several threads at once, and pickled. A pickle is built again
    where it is loaded on another kind of processor; that needs a compiler there.

    Read more in the :ref:`User Guide <export>`.

    Parameters
    ----------
    engine : Library
        The compiled code.
    signature : Signature
        What it takes and gives.

    Attributes
    ----------
    classes_ : ndarray of shape (n_classes,)
        Class labels.

    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where the student knows any.

    See Also
    --------
    to_c : Writes the same C into a file.
    """


class CompiledRegressor(CompiledStudent, ServedRegressor):
    """A fitted regressor that predicts by compiled C, as :func:`compile` makes it.

    It is to numbers what :class:`CompiledClassifier` is to classes.

    Read more in the :ref:`User Guide <export>`.

    Parameters
    ----------
    engine : Library
        The compiled code.
    signature : Signature
        What it takes and gives.

    Attributes
    ----------
    n_features_in_ : int
        Number of features.

    feature_names_in_ : ndarray of shape (`n_features_in_`,)
        Names of the features, where the student knows any.

    See Also
    --------
    to_c : Writes the same C into a file.
    """
