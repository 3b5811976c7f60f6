"""A photo in, a cartoon out."""

import gradio as gr

from helpers.space import kit

MODEL = "data/models/anime"  # filled in


def infer(photo):
    cartoon = kit.cartoonize(photo, MODEL)
    print("infer finished", flush=True)
    return cartoon


with kit.page("Cartoon portrait") as demo:
    gr.Markdown("# Cartoon portrait 人像卡通化\nChoose a portrait, or click an example, and press the button.")
    with gr.Row():
        with gr.Column():
            photo = kit.readable(gr.Image(label="Photo 照片", type="filepath", height=420))
            button = gr.Button("Cartoonize 卡通化", variant="primary")
        cartoon = gr.Image(label="Cartoon 卡通", format="png", interactive=False, height=420, elem_id="result")
    gr.Examples(kit.examples(), photo)
    button.click(infer, photo, cartoon, api_name="cartoonize")

if __name__ == "__main__":
    demo.launch(**kit.limits())
