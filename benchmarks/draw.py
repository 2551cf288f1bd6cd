"""Draw the picture of the README: accuracy, and the time of a sample.

    python -m benchmarks.draw

The figures are those of ``results/compiled.json``, as means over its tables of numbers.
The metadata of the picture have the command and the date of the measurements.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from pathlib import Path

import numpy as np

from benchmarks.results import read_result

PICTURE = Path(__file__).parents[1] / "docs" / "static" / "accuracy_and_time.svg"

# Models from top to bottom, and what predicts them: as fitted, and faster forms.
FORMS = {
    "forest of 500": ("scikit-learn", "onnxruntime", "compile"),
    "LightGBM, 200": ("LightGBM", "onnxruntime", "lleaves"),
    "default student": ("NumPy", "onnxruntime", "compile"),
    "32 units": ("NumPy", "onnxruntime", "compile"),
}
KINDS = {
    "as fitted, in Python": ("#777777", "o"),
    "onnxruntime": ("#3499cd", "s"),
    "compiled": ("#f89939", "D"),
}
NAMES = {
    "forest of 500": "forest of 500 trees",
    "LightGBM, 200": "LightGBM, 200 rounds",
    "32 units": "student of 32 units",
}


def times_of(result):
    """Microseconds a sample: geometric means over the tables of numbers.

    Parameters
    ----------
    result : dict
        ``results/compiled.json``, as :func:`read_result` gives it.

    Returns
    -------
    times : ndarray of shape (n_models, n_kinds, 2)
        Of single samples, and in batches of 10,000.
    """
    table = result["tables"]["numbers"]
    n_tables = len(numeric_tables(result))

    def means(name):
        cells = [cell.replace(",", "").split("/") for cell in table.rows[name]]
        # Milliseconds for 10,000 samples are tenths of microseconds for one.
        return np.exp(np.log(np.array(cells[:n_tables], float)).mean(axis=0)) / [1, 10]

    return np.array(
        [
            [means(f"{model}, {form}") for form in forms]
            for model, forms in FORMS.items()
        ]
    )


def quality_of(result):
    """Mean accuracy and log loss of each model, over the same tables."""
    table = result["tables"]["quality"]
    columns = [list(table.columns).index(name) for name in numeric_tables(result)]
    return [np.mean([table.rows[model][c] for c in columns], axis=0) for model in FORMS]


def numeric_tables(result):
    """Names of the tables of numbers."""
    tables = result["tables"]
    return [
        name for name in tables["numbers"].columns if name in tables["quality"].columns
    ]


def source_of(result):
    """What the picture says of where its figures are from."""
    return f"{result['command']}, {result['date']}"


def draw(result, path):
    """Draw models in rows, with the time of each form, into a file of SVG.

    Parameters
    ----------
    result : dict
    path : str or path-like
    """
    import matplotlib.pyplot as plt

    plt.rcParams.update({"svg.hashsalt": "skdistill", "font.size": 11})
    fig, axes = plt.subplots(1, 2, figsize=(9, 3.4), sharey=True, layout="constrained")
    rows = np.arange(len(FORMS))
    titles = "for one sample", "a sample, of 10,000 at once"
    for ax, title, times in zip(
        axes, titles, np.moveaxis(times_of(result), 2, 0), strict=True
    ):
        ax.hlines(rows, times.min(axis=1), times.max(axis=1), color="#cccccc", zorder=0)
        for (kind, (color, marker)), values in zip(KINDS.items(), times.T, strict=True):
            ax.scatter(values, rows, s=60, color=color, marker=marker, label=kind)
        ax.set(xscale="log", xlabel=f"microseconds {title}")
        ax.spines[["top", "right", "left"]].set_visible(False)
        ax.tick_params(axis="y", length=0)
        ax.grid(axis="x", alpha=0.3)
    names = [
        f"{NAMES.get(model, model)}\naccuracy {accuracy:.3f}, log loss {loss:.3f}"
        for model, (accuracy, loss) in zip(FORMS, quality_of(result), strict=True)
    ]
    axes[0].set_yticks(rows, names)
    axes[0].set_ylim(len(FORMS) - 0.5, -0.5)
    fig.legend(
        *axes[0].get_legend_handles_labels(),
        loc="outside upper center",
        ncols=3,
        frameon=False,
    )
    metadata = {"Date": None, "Title": "Accuracy and time", "Source": source_of(result)}
    fig.savefig(path, format="svg", metadata=metadata)
    plt.close(fig)


if __name__ == "__main__":
    draw(read_result("compiled"), PICTURE)
    print(f"{PICTURE} is drawn.")
