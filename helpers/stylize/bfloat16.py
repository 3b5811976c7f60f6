"""Faster convolutions in bfloat16 (脑浮点, 16 bits: the range of float32, 3 digits), where the processor has them.

Only the convolutions change, with casts before and after them. They are 99 % of the work, and everything that adds up
(residuals, guided filter) stays float32.
"""

from __future__ import annotations

import tensorflow as tf

from helpers import processor
from helpers.errors import ModelError

FLOAT32, BFLOAT16 = tf.float32.as_datatype_enum, tf.bfloat16.as_datatype_enum


def check_processor() -> None:
    """Raise ModelError unless this processor is known to calculate in bfloat16."""
    if not processor.has_bfloat16():
        raise ModelError('This processor has no bfloat16 instructions that we know of: use precision="float32".')


def use_bfloat16(graph_def):
    """Return a copy of a frozen graph (GraphDef) whose float32 convolutions calculate in bfloat16."""
    changed = {node.name for node in graph_def.node if node.op == "Conv2D" and node.attr["T"].type == FLOAT32}
    result = tf.compat.v1.GraphDef(versions=graph_def.versions, library=graph_def.library)
    casts = set()

    def cast(tensor, source, target):
        name = f"{tensor.replace(':', '_')}/cast_for_bfloat16"
        if name not in casts:
            casts.add(name)
            node = result.node.add(name=name, op="Cast", input=[tensor])
            node.attr["SrcT"].type, node.attr["DstT"].type = source, target
        return name

    for original in graph_def.node:
        node = result.node.add()
        node.CopyFrom(original)
        inside = node.name in changed
        if inside:
            node.attr["T"].type = BFLOAT16
        for i, tensor in enumerate(original.input):
            from_inside = tensor.split(":")[0] in changed
            if inside and not from_inside and not tensor.startswith("^"):
                node.input[i] = cast(tensor, FLOAT32, BFLOAT16)
            if from_inside and not inside:
                node.input[i] = cast(tensor, BFLOAT16, FLOAT32)
    return result
