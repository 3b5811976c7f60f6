"""The lecture's first app: an image in, turned by 45 degrees, an image out."""

import glob

import gradio as gr

EXAMPLES = sorted(glob.glob("examples/*.jpg"))


def image_mod(image):
    return image.rotate(45)


demo = gr.Interface(image_mod, gr.Image(type="pil"), gr.Image(format="png"), examples=EXAMPLES, analytics_enabled=False)

if __name__ == "__main__":
    demo.launch()
