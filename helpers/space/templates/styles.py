"""A photo in, a cartoon out, in the style of one's choice."""

import gradio as gr

from helpers.space import kit

MODELS = {"anime 日漫风": "data/models/anime"}  # filled in


def infer_style(photo, style):
    cartoon = kit.cartoonize(photo, MODELS[style])
    print("infer finished", flush=True)
    return cartoon


with kit.page("Cartoon portrait in many styles") as demo:
    gr.Markdown("# Cartoon portrait 人像卡通化\nChoose a portrait and a style, and press the button.")
    with gr.Row():
        with gr.Column():
            photo = kit.readable(gr.Image(label="Photo 照片", type="filepath", height=420))
            style = gr.Radio(list(MODELS), value=list(MODELS)[0], label="Style 风格")
            button = gr.Button("Cartoonize 卡通化", variant="primary")
        cartoon = gr.Image(label="Cartoon 卡通", format="png", interactive=False, height=420, elem_id="result")
    gr.Examples(kit.examples(), photo)
    button.click(infer_style, [photo, style], cartoon, api_name="cartoonize")

if __name__ == "__main__":
    demo.launch(**kit.limits())
