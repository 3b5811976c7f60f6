"""The lecture's first app: an image, turned by 45 degrees."""

import gradio as gr
from PIL import Image

from helpers.space import kit


def turn(image):
    if image is None:
        raise gr.Error("Choose a photo first.")
    return Image.fromarray(image).rotate(45, expand=True, fillcolor="white")


with kit.page("Turn an image") as demo:
    gr.Markdown("# Turn an image 旋转图片\nChoose an image and press the button: it comes back turned by 45 degrees.")
    with gr.Row():
        with gr.Column():
            image = kit.photo("Image 图片")
            button = gr.Button("Turn 旋转", variant="primary")
        turned = kit.result("Turned 旋转后")
    gr.Examples(kit.examples(), image)
    button.click(turn, image, turned, api_name="turn")

if __name__ == "__main__":
    kit.launch(demo)
