"""OnnxClassifier and OnnxRegressor: an ONNX model as an estimator, by onnxruntime."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.utils.validation import validate_data

from skdistill.export._onnx import METADATA, result_name
from skdistill.export._optional import import_optional
from skdistill.export._served import (
    Served,
    ServedClassifier,
    ServedRegressor,
    Signature,
)

# Samples at a time: what a layer makes of them should stay in the cache.
BATCH_SIZE = 1024


TYPES = {
    "tensor(float)": np.float32,
    "tensor(double)": np.float64,
    "tensor(string)": object,
}


class OnnxModel:
    """An ONNX model that runs; it may be called from several threads at once.

    Parameters
    ----------
    content : bytes
        As :func:`to_onnx` writes it.
    """

    def __init__(self, content: bytes) -> None:
        self.content = content
        runtime = import_optional("onnxruntime")
        options = runtime.SessionOptions()
        # To small networks a second thread is a hindrance.
        options.intra_op_num_threads = 1
        self._session = runtime.InferenceSession(content, options)
        self.types = {
            each.name: TYPES[each.type] for each in self._session.get_inputs()
        }
        properties = self._session.get_modelmeta().custom_metadata_map
        self.metadata = json.loads(properties[METADATA])

    @property
    def signature(self) -> Signature:
        """What the student takes and gives."""
        names, classes = self.metadata["feature_names"], self.metadata["classes"]
        return Signature(
            None if classes is None else np.array(classes),
            self.metadata["n_features"],
            None if names is None else tuple(names),
        )

    def predict(self, feeds: dict[str, NDArray]) -> NDArray:
        """Predict class probabilities, or numbers.

        Parameters
        ----------
        feeds : dict of str to ndarray of shape (n_samples, n_columns)
            Of `types`.

        Returns
        -------
        outputs : ndarray of shape (n_samples, n_outputs)
        """
        name = result_name(self.metadata["classes"])
        n_samples = len(next(iter(feeds.values())))
        parts = []
        for start in range(0, n_samples, BATCH_SIZE):
            rows = slice(start, start + BATCH_SIZE)
            batch = {name: values[rows] for name, values in feeds.items()}
            parts += self._session.run([name], batch)
        return parts[0] if len(parts) == 1 else np.concatenate(parts)

    def __reduce__(self):
        return OnnxModel, (self.content,)


class OnnxStudent(Served):
    """A fitted student that predicts by onnxruntime."""

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Make an estimator of a model that :func:`to_onnx` wrote.

        Parameters
        ----------
        content : bytes

        Returns
        -------
        estimator : OnnxClassifier or OnnxRegressor
        """
        model = OnnxModel(content)
        return cls(model, model.signature)

    def _outputs(self, X):
        if self.engine.metadata["columns"] is not None:
            return self.engine.predict(self._read_table(X))
        dtype = self.engine.types["X"]
        if self._is_plain(X):
            rows = _converted(X, dtype)
            if np.isfinite(rows).all():
                return self.engine.predict({"X": rows})
        may_be_missing = self.engine.metadata["may_be_missing"]
        with np.errstate(over="ignore"):  # it refuses what becomes infinite
            rows = validate_data(
                self,
                X,
                dtype=dtype,
                ensure_all_finite="allow-nan" if may_be_missing else True,
                reset=False,
            )
        return self.engine.predict({"X": rows})

    def _read_table(self, X):
        """The tensors of a table's columns."""
        # Where tables are read is no part of what export needs for other students.
        from skdistill.tables._forms import open_table
        from skdistill.tables._values import to_text

        names = self.signature.feature_names
        table = open_table(X, names)
        positions = table.find(names) if names else range(self.signature.n_features)
        feeds = {}
        for column in self.engine.metadata["columns"]:
            values = table.column(positions[column["position"]])
            if column["kind"] == "categorical":
                dictionary = values.dictionary()
                # Gaps have the code -1.
                texts = [*map(to_text, dictionary.values), column["missing"]]
                values = np.array(texts, dtype=object)[dictionary.codes]
            else:
                is_date = column["kind"] == "datetime"
                values = values.seconds() if is_date else values.numbers()
            name = column["input"]
            feeds[name] = _converted(values, self.engine.types[name])[:, None]
            if column["kind"] != "categorical" and np.isinf(feeds[name]).any():
                raise ValueError(
                    f"Column {name!r}: it contains infinity, or numbers too large for "
                    f"{feeds[name].dtype}"
                )
        return feeds


class OnnxClassifier(OnnxStudent, ServedClassifier):
    """A fitted classifier that predicts by onnxruntime, as :func:`load` makes it.

    Read more in the :ref:`User Guide <export>`.

    It may be called from several threads at once, and pickled.

    Parameters
    ----------
    engine : OnnxModel
        The model.
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
    to_onnx : Writes such models.
    """


class OnnxRegressor(OnnxStudent, ServedRegressor):
    """A fitted regressor that predicts by onnxruntime, as :func:`load` makes it.

    It is to numbers what :class:`OnnxClassifier` is to classes.

    Read more in the :ref:`User Guide <export>`.

    Parameters
    ----------
    engine : OnnxModel
        The model.
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
    to_onnx : Writes such models.
    """


def read_onnx(content: bytes) -> OnnxClassifier | OnnxRegressor:
    """Make an estimator of a model that :func:`to_onnx` wrote.

    Parameters
    ----------
    content : bytes

    Returns
    -------
    estimator : OnnxClassifier or OnnxRegressor
    """
    model = OnnxModel(content)
    signature = model.signature
    kind = OnnxRegressor if signature.classes is None else OnnxClassifier
    return kind(model, signature)


def _converted(values, dtype):
    """An array of another type, infinite where its numbers are too large for that."""
    with np.errstate(over="ignore"):
        return values.astype(dtype, copy=False)
