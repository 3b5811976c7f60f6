"""A clip in, a cartoon clip out, sound kept."""

import tempfile
from pathlib import Path

import gradio as gr

from helpers.space import kit

STYLE = "anime"  # filled in
MAX_SECONDS = 20


def infer(clip, progress=gr.Progress()):
    from helpers import cartoonize_video

    if clip is None:
        raise gr.Error("Choose a clip first.")
    with tempfile.TemporaryDirectory() as folder, kit.shown_on_page(clip):
        kit.check_clip(clip, MAX_SECONDS)
        target = Path(folder) / "cartoon.mp4"
        cartoonize_video(
            clip, target, kit.cartoonizer(STYLE), end=MAX_SECONDS, progress=lambda done, of: progress((done, of), unit="frames")
        )
        print("infer finished", flush=True)
        yield str(target)  # gradio takes its copy here; then the folder is removed


with kit.page("Cartoon video") as demo:
    gr.Markdown(
        f"# Cartoon video 视频卡通化\nChoose a clip and press the button. The first {MAX_SECONDS} seconds are painted, frame by frame."
    )
    with gr.Row():
        with gr.Column():
            clip = gr.Video(label="Clip 视频", sources=["upload"], height=420)
            button = gr.Button("Cartoonize 卡通化", variant="primary")
        cartoon = gr.Video(label="Cartoon 卡通", interactive=False, height=420, elem_id="result")
    gr.Examples(kit.examples("mp4"), clip)
    button.click(infer, clip, cartoon, api_name="cartoonize")

if __name__ == "__main__":
    kit.launch(demo)
