"""The model and its training: networks, losses, dataset, checkpoints, trainer."""
