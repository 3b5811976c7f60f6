"""The model: networks, and the frozen graphs that a ModelScope model directory holds."""
