"""Fetch tables that served for no choice, for the option --data of the benchmarks.

    python -m benchmarks.fetch_tables FOLDER
    python -m benchmarks.bench_quality --data FOLDER

They come from OpenML, and three of them from scikit-learn. What OpenML does not give is
named and left out. Its tables may differ in a few samples from those of older figures,
which came from KEEL.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
from pathlib import Path
from urllib.error import URLError

import numpy as np
import pandas as pd
from sklearn.datasets import fetch_openml, load_digits, load_iris, load_wine

from benchmarks.common import as_numbers

# Names on OpenML, by those of the benchmarks.
OTHER_TABLES = {
    "abalone": "abalone",
    "appendicitis": "appendicitis",
    "balance": "balance-scale",
    "banana": "banana",
    "bupa": "liver-disorders",
    "cleveland": "cleveland",
    "contraceptive": "cmc",
    "flare": "flare",
    "glass": "glass",
    "hayes-roth": "hayes-roth",
    "ionosphere": "ionosphere",
    "kc1": "kc1",
    "kr-vs-k": "kropt",
    "led7digit": "LED-display-domain-7digit",
    "letter": "letter",
    "lymphography": "lymph",
    "magic": "MagicTelescope",
    "mammographic": "mammographic",
    "marketing": "marketing",
    "monk-2": "monks-problems-2",
    "movement_libras": "libras",
    "newthyroid": "thyroid-new",
    "nursery": "nursery",
    "page-blocks": "page-blocks",
    "pima": "diabetes",
    "saheart": "sa-heart",
    "satimage": "satimage",
    "spectfheart": "SPECTF",
    "splice": "splice",
    "tae": "tae",
    "texture": "texture",
    "titanic": "Titanic",
    "twonorm": "twonorm",
    "vehicle": "vehicle",
    "vowel": "vowel",
    "wdbc": "wdbc",
    "wisconsin": "breast-w",
    "yeast": "yeast",
    "zoo": "zoo",
}
# Numbers of years in three classes, as in the published comparisons.
AGES = {"abalone": [9, 11]}

OF_SCIKIT_LEARN = {"digits": load_digits, "iris": load_iris, "wine": load_wine}


def read(name):
    """Samples and labels of a table."""
    if name in OF_SCIKIT_LEARN:
        return OF_SCIKIT_LEARN[name](as_frame=True, return_X_y=True)
    X, y = fetch_openml(
        OTHER_TABLES[name], version=1, as_frame=True, return_X_y=True, parser="auto"
    )
    if name in AGES:
        y = pd.Series(np.digitize(y.astype(float), AGES[name]))
    return X.apply(as_numbers), y


def main():
    """Write a file for each table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    for name in (*OTHER_TABLES, *OF_SCIKIT_LEARN):
        try:
            X, y = read(name)
        except (URLError, ValueError) as error:
            print(f"{name} is left out: {error}")
        else:
            X.assign(target=y.to_numpy()).to_csv(folder / f"{name}.csv.gz", index=False)


if __name__ == "__main__":
    main()
