"""``python -m skdistill``: a forest of 500 trees into a small network, on digits."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from sklearn.datasets import load_digits
from sklearn.ensemble import RandomForestClassifier
from sklearn.model_selection import train_test_split

from skdistill import DistilledClassifier, SoftmaxMLPClassifier, distillation_report


def main():
    """Distill, and print the report."""
    X, y = load_digits(return_X_y=True)
    X_train, X_test, y_train, y_test = train_test_split(
        X, y, test_size=0.25, stratify=y, random_state=0
    )
    model = DistilledClassifier(
        teacher=RandomForestClassifier(n_estimators=500),
        student=SoftmaxMLPClassifier(hidden_layer_sizes=(24,)),
        random_state=0,
    )
    print(
        f"Handwritten digits: {len(X_train)} training and {len(X_test)} test samples."
    )
    print("Teacher: a random forest of 500 trees. Student: a network of 24 units.\n")
    print(distillation_report(model, X_train, y_train, X_test, y_test))


if __name__ == "__main__":
    main()
