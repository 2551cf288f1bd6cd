"""The same network trained by PyTorch, where it is installed."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

try:
    import torch
    from torch.utils.data import DataLoader, TensorDataset
except ImportError:
    torch = None


def contenders(X, y, n_hidden, *, batch_size, n_epochs):
    """Training loops by name; none without PyTorch."""
    if torch is None:
        return {}
    torch.set_num_threads(1)
    X, y = torch.from_numpy(X), torch.from_numpy(y)
    shape = (X.shape[1], n_hidden, int(y.max()) + 1)
    return {
        "torch, DataLoader": lambda: _with_loader(X, y, shape, batch_size, n_epochs),
        "torch, by hand": lambda: _by_hand(X, y, shape, batch_size, n_epochs),
    }


def _network(shape):
    n_inputs, n_hidden, n_outputs = shape
    return torch.nn.Sequential(
        torch.nn.Linear(n_inputs, n_hidden),
        torch.nn.ReLU(),
        torch.nn.Linear(n_hidden, n_outputs),
    )


def _with_loader(X, y, shape, batch_size, n_epochs):
    """The loop of the tutorials."""
    network = _network(shape)
    optimizer = torch.optim.Adam(network.parameters())
    criterion = torch.nn.CrossEntropyLoss()
    loader = DataLoader(TensorDataset(X, y), batch_size=batch_size, shuffle=True)
    for _ in range(n_epochs):
        for rows, labels in loader:
            optimizer.zero_grad()
            criterion(network(rows), labels).backward()
            optimizer.step()


def _by_hand(X, y, shape, batch_size, n_epochs):
    """Without a DataLoader, and with the fused optimizer."""
    network = _network(shape)
    optimizer = torch.optim.Adam(network.parameters(), fused=True)
    cross_entropy = torch.nn.functional.cross_entropy
    for _ in range(n_epochs):
        for rows in torch.randperm(len(X)).split(batch_size):
            optimizer.zero_grad(set_to_none=True)
            cross_entropy(network(X[rows]), y[rows]).backward()
            optimizer.step()
