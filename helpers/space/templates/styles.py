"""A photo in, a cartoon out, in the style of one's choice."""

import gradio as gr

from helpers.space import kit

STYLES = ["anime"]  # filled in


def infer(photo, style):
    cartoon = kit.cartoonize(photo, style)
    print("infer finished", flush=True)
    return cartoon


with kit.page("Cartoon portrait in many styles") as demo:
    gr.Markdown("# Cartoon portrait 人像卡通化\nChoose a portrait and a style, and press the button.")
    with gr.Row():
        with gr.Column():
            photo = kit.photo()
            style = gr.Radio(STYLES, value=STYLES[0], label="Style 风格")
            button = gr.Button("Cartoonize 卡通化", variant="primary")
        cartoon = kit.result()
    gr.Examples(kit.examples(), photo)
    button.click(infer, [photo, style], cartoon, api_name="cartoonize")

if __name__ == "__main__":
    kit.launch(demo)
