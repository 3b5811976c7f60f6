"""A photo in, a cartoon out, by ModelScope's own pipeline: the lecture's app."""

import glob

import gradio as gr
from modelscope.outputs import OutputKeys
from modelscope.pipelines import pipeline
from modelscope.utils.constant import Tasks

MODEL = "damo/cv_unet_person-image-cartoon_compound-models"  # filled in

img_cartoon = pipeline(Tasks.image_portrait_stylization, model=MODEL)


def infer(image):
    result = img_cartoon(image)[OutputKeys.OUTPUT_IMG]
    print("infer finished", flush=True)
    return result[..., ::-1].clip(0, 255).astype("uint8")  # the pipeline's colours are blue, green, red


demo = gr.Interface(
    infer,
    gr.Image(type="pil"),
    gr.Image(format="png"),
    title="Cartoon portrait 人像卡通化",
    examples=sorted(glob.glob("examples/*.jpg")),
    cache_examples=False,
)

if __name__ == "__main__":
    demo.launch()
