"""The model in use: a portrait becomes a cartoon.

frozen: a graph file becomes a function. faces: who is in the picture, by the model's graphs; real_faces: by a library's networks;
finders: which of them a model gets. alignment: a face is brought to the model's pose.
cartoonizer: all of it together.
formats, exported: the same networks in the formats of other engines.
"""

from helpers.stylize.alignment import align, five_points
from helpers.stylize.cartoonizer import Cartoonizer, Steps
from helpers.stylize.faces import Face, FaceFinder
from helpers.stylize.finders import face_finder
from helpers.stylize.frozen import load_graph

__all__ = ["Cartoonizer", "Face", "FaceFinder", "Steps", "align", "face_finder", "five_points", "load_graph"]
