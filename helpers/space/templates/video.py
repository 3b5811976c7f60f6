"""A clip in, a cartoon clip out, in the style of one's choice, sound kept."""

import tempfile
from pathlib import Path

import gradio as gr

from helpers.space import kit

MODELS = {"anime 日漫风": "data/models/anime"}  # filled in
MAX_SECONDS = 20


def infer_clip(clip, style, progress=gr.Progress()):
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "cartoon.mp4"
        kit.cartoonize_clip(clip, target, MODELS[style], MAX_SECONDS, progress)
        print("infer finished", flush=True)
        yield str(target)  # gradio takes its copy here; then the folder is removed


with kit.page("Cartoon video") as demo:
    gr.Markdown(f"# Cartoon video 视频卡通化\nChoose a clip and a style, and press the button: {MAX_SECONDS} seconds are painted.")
    with gr.Row():
        with gr.Column():
            clip = gr.Video(label="Clip 视频", sources=["upload"], height=420)
            style = gr.Radio(list(MODELS), value=list(MODELS)[0], label="Style 风格")
            button = gr.Button("Cartoonize 卡通化", variant="primary")
        cartoon = gr.Video(label="Cartoon 卡通", interactive=False, height=420, elem_id="result")
    gr.Examples(kit.examples("mp4"), clip)
    button.click(infer_clip, [clip, style], cartoon, api_name="cartoonize")

if __name__ == "__main__":
    demo.launch(**kit.limits())
