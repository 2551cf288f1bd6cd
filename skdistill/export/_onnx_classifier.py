"""OnnxClassifier: an ONNX model as an estimator, by onnxruntime."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
from typing import Self

import numpy as np
from numpy.typing import ArrayLike, NDArray
from sklearn.utils import gen_batches
from sklearn.utils.validation import validate_data

from skdistill.export._onnx import METADATA
from skdistill.export._optional import import_optional
from skdistill.export._served import ServedClassifier, Signature

# Samples at a time: what a layer makes of them should stay in the cache.
BATCH_SIZE = 1024


class OnnxModel:
    """An ONNX model that runs; it may be called from several threads at once.

    Parameters
    ----------
    content : bytes
        As :func:`to_onnx` writes it.
    """

    def __init__(self, content: bytes):
        self.content = content
        runtime = import_optional("onnxruntime")
        options = runtime.SessionOptions()
        # To small networks a second thread is a hindrance.
        options.intra_op_num_threads = 1
        self._session = runtime.InferenceSession(content, options)
        (numbers,) = self._session.get_inputs()
        self.dtype = np.float64 if "double" in numbers.type else np.float32
        properties = self._session.get_modelmeta().custom_metadata_map
        self.metadata = json.loads(properties[METADATA])

    def predict_proba(self, X: NDArray) -> NDArray:
        """Predict class probabilities.

        Parameters
        ----------
        X : ndarray of shape (n_samples, n_features)
            Of `dtype`.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        return np.concatenate(
            [
                self._session.run(["probabilities"], {"X": X[rows]})[0]
                for rows in gen_batches(len(X), BATCH_SIZE)
            ]
        )

    def __reduce__(self):
        return OnnxModel, (self.content,)


class OnnxClassifier(ServedClassifier):
    """A fitted classifier that predicts by onnxruntime, as :func:`load` makes it.

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

    @classmethod
    def from_bytes(cls, content: bytes) -> Self:
        """Make a classifier of a model that :func:`to_onnx` wrote.

        Parameters
        ----------
        content : bytes

        Returns
        -------
        classifier : OnnxClassifier
        """
        model = OnnxModel(content)
        names = model.metadata["feature_names"]
        signature = Signature(
            np.array(model.metadata["classes"]),
            model.metadata["n_features"],
            None if names is None else tuple(names),
        )
        return cls(model, signature)

    def predict_proba(self, X: ArrayLike) -> NDArray:
        """Predict class probabilities.

        Parameters
        ----------
        X : array-like of shape (n_samples, n_features)
            Samples to predict.

        Returns
        -------
        proba : ndarray of shape (n_samples, n_classes)
        """
        may_be_missing = self.engine.metadata["may_be_missing"]
        X = validate_data(
            self,
            X,
            dtype=self.engine.dtype,
            ensure_all_finite="allow-nan" if may_be_missing else True,
            reset=False,
        )
        return self.engine.predict_proba(X)
