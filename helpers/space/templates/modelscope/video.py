"""A clip is split into frames, each is painted by ModelScope's own pipeline, and they are joined again: the lecture's app."""

import functools
import tempfile
from pathlib import Path

import av
import gradio as gr
from modelscope.outputs import OutputKeys
from modelscope.pipelines import pipeline
from modelscope.utils.constant import Tasks

MODELS = {"anime 日漫风": "damo/cv_unet_person-image-cartoon_compound-models"}  # filled in


@functools.lru_cache(maxsize=None)
def load(style):
    return pipeline(Tasks.image_portrait_stylization, model=MODELS[style])


def infer(clip, style):
    with tempfile.TemporaryDirectory() as folder:
        target = str(Path(folder) / "cartoon.mp4")
        with av.open(clip) as source, av.open(target, "w") as movie:
            frames = source.streams.video[0]
            output = movie.add_stream("libx264", rate=frames.average_rate)
            output.width, output.height = frames.width // 2 * 2, frames.height // 2 * 2  # H.264 wants even sides
            output.pix_fmt = "yuv420p"
            for frame in source.decode(frames):
                picture = frame.to_ndarray(format="bgr24")[: output.height, : output.width]
                painted = load(style)(picture)[OutputKeys.OUTPUT_IMG].clip(0, 255).astype("uint8")
                movie.mux(output.encode(av.VideoFrame.from_ndarray(painted, format="bgr24")))
            movie.mux(output.encode(None))
        print("infer finished", flush=True)
        yield target  # gradio takes its copy here; then the folder is removed


choice = gr.Radio(list(MODELS), value=list(MODELS)[0], label="Style 风格")
demo = gr.Interface(infer, [gr.Video(), choice], gr.Video(), title="Cartoon video 视频卡通化")

if __name__ == "__main__":
    demo.launch()
