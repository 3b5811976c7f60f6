"""A photo in, a cartoon out, in the style of one's choice, by ModelScope's own pipeline."""

import functools
import glob

import gradio as gr
from modelscope.outputs import OutputKeys
from modelscope.pipelines import pipeline
from modelscope.utils.constant import Tasks

MODELS = {"anime 日漫风": "damo/cv_unet_person-image-cartoon_compound-models"}  # filled in


@functools.lru_cache(maxsize=None)
def load(style):
    return pipeline(Tasks.image_portrait_stylization, model=MODELS[style])


def infer(image, style):
    result = load(style)(image)[OutputKeys.OUTPUT_IMG]
    print("infer finished", flush=True)
    return result[..., ::-1].clip(0, 255).astype("uint8")  # the pipeline's colours are blue, green, red


choice = gr.Radio(list(MODELS), value=list(MODELS)[0], label="Style 风格")
demo = gr.Interface(
    infer,
    [gr.Image(type="pil"), choice],
    gr.Image(format="png"),
    title="Cartoon portrait 人像卡通化",
    examples=[[path, list(MODELS)[0]] for path in sorted(glob.glob("examples/*.jpg"))],
    cache_examples=False,
)

if __name__ == "__main__":
    demo.launch()
