"""Makes the models that `embedding.py` measures: random weights in the shapes of Jina v5.

    python tests/benchmarks/embedding_models.py export FOLDER TEXTS…     (extra `export`)
    python tests/benchmarks/embedding_models.py openvino FOLDER          (optimum-intel)

Each model is a folder as sentence-transformers saves it, with `onnx/model.onnx` as exporters write
it. Speed does not depend on the weights' values; quality is another test's matter. The second
command adds `openvino/` for sentence-transformers' OpenVINO backend.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from embedding_texts import read

if TYPE_CHECKING:
    from collections.abc import Iterable

VOCABULARY = 50_000
"""Of the tokenizer, which is trained on the given texts; the models' own tables are larger."""
PAD = "<|endoftext|>"
POSITIONS = 8192
MODULES = {"": "Transformer", "1_Pooling": "Pooling", "2_Normalize": "Normalize"}


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("step", choices=("export", "openvino"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("texts", type=Path, nargs="*")
    options = parser.parse_args()
    if options.step == "export":
        options.folder.mkdir(parents=True, exist_ok=True)
        tokenizer = train_tokenizer(read(options.texts))
        for name, make in {"qwen3-0.6b": qwen3, "eurobert-210m": eurobert}.items():
            make(options.folder / name, tokenizer)
    else:
        qwen3_for_openvino(options.folder / "qwen3-0.6b")
        eurobert_for_openvino(options.folder / "eurobert-210m")


def train_tokenizer(texts: Iterable[str]) -> Any:
    """A byte-level tokenizer of the sort that both models have."""
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import PreTrainedTokenizerFast

    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(
        vocab_size=VOCABULARY, special_tokens=[PAD], initial_alphabet=alphabet
    )
    tokenizer.train_from_iterator(texts, trainer)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, pad_token=PAD, eos_token=PAD)


def qwen3(folder: Path, tokenizer: Any) -> None:
    """The shape of Qwen3-0.6B, the base of Jina v5 small, exported by optimum."""
    import torch
    from optimum.exporters.onnx import main_export
    from transformers import Qwen3Config, Qwen3Model

    torch.manual_seed(0)
    config = Qwen3Config(
        vocab_size=151_936,
        hidden_size=1024,
        intermediate_size=3072,
        num_hidden_layers=28,
        num_attention_heads=16,
        num_key_value_heads=8,
        head_dim=128,
        max_position_embeddings=32_768,
        rope_theta=1e6,
        tie_word_embeddings=True,
        use_cache=False,
    )
    model = Qwen3Model(config).eval()
    save(folder, model, tokenizer)
    del model
    main_export(
        str(folder),
        folder / "onnx",
        task="feature-extraction",
        library_name="transformers",
        do_validation=False,
    )


def eurobert(folder: Path, tokenizer: Any) -> None:
    """The shape of EuroBERT-210M, the base of Jina v5 nano.

    The transformers that the exporter needs has no EuroBERT; it is Llama without the causal mask,
    and so it is built. Peers load the same weights as EuroBERT.
    """
    import torch
    from transformers import LlamaConfig, LlamaModel
    from transformers.models.llama import modeling_llama

    def see_all(input_embeds: Any, attention_mask: Any, **_: Any) -> Any:
        seen = attention_mask[:, None, None, :].to(torch.bool)
        lowest = torch.finfo(input_embeds.dtype).min
        mask = torch.where(seen, torch.zeros(()), torch.full((), lowest))
        return mask.expand(-1, 1, input_embeds.shape[1], -1)

    torch.manual_seed(0)
    config = LlamaConfig(
        vocab_size=128_256,
        hidden_size=768,
        intermediate_size=3072,
        num_hidden_layers=12,
        num_attention_heads=12,
        num_key_value_heads=12,
        max_position_embeddings=POSITIONS,
        rope_theta=250_000.0,
        rms_norm_eps=1e-5,
        use_cache=False,
    )
    model = LlamaModel(config).eval()
    for layer in model.layers:
        layer.self_attn.is_causal = False
    modeling_llama.create_causal_mask = lambda config, **given: see_all(**given)
    save(folder, model, tokenizer)
    told = json.loads((folder / "config.json").read_text())
    told |= {"model_type": "eurobert", "architectures": ["EuroBertModel"]}
    (folder / "config.json").write_text(json.dumps(told, indent=2))
    export_by_torch(folder / "onnx", model)


def export_by_torch(folder: Path, model: Any) -> None:
    """An ONNX file with the inputs and the output that the published ones have."""
    import torch

    class Hidden(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = model

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            return self.model(input_ids, attention_mask=attention_mask).last_hidden_state

    ids = torch.arange(1, 19).reshape(2, 9)
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0
    names = ["input_ids", "attention_mask", "last_hidden_state"]
    folder.mkdir(exist_ok=True)
    torch.onnx.export(
        Hidden(),
        (ids, mask),
        str(folder / "model.onnx"),
        input_names=names[:2],
        output_names=names[2:],
        dynamic_axes={name: {0: "texts", 1: "tokens"} for name in names},
        opset_version=18,
        dynamo=False,
    )


def save(folder: Path, model: Any, tokenizer: Any) -> None:
    """Weights and tokenizer, with what sentence-transformers reads beside them."""
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    modules = [
        {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
        for i, (path, kind) in enumerate(MODULES.items())
    ]
    write(folder / "modules.json", modules)
    write(
        folder / "1_Pooling" / "config.json",
        {
            "word_embedding_dimension": model.config.hidden_size,
            "pooling_mode_lasttoken": True,
            "pooling_mode_mean_tokens": False,
            "pooling_mode_cls_token": False,
        },
    )
    (folder / "2_Normalize").mkdir(exist_ok=True)
    write(
        folder / "config_sentence_transformers.json",
        {"prompts": {"query": "Query: ", "document": "Document: "}},
    )
    write(folder / "sentence_bert_config.json", {"max_seq_length": POSITIONS})


def write(path: Path, content: Any) -> None:
    """A JSON file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=2))


def qwen3_for_openvino(folder: Path) -> None:
    """Exported by sentence-transformers itself, from torch."""
    from sentence_transformers import SentenceTransformer

    SentenceTransformer(str(folder), backend="openvino").save_pretrained(str(folder))


def eurobert_for_openvino(folder: Path) -> None:
    """From the ONNX file: the exporter does not know the architecture."""
    import openvino

    model = openvino.convert_model(folder / "onnx" / "model.onnx")
    (folder / "openvino").mkdir(exist_ok=True)
    openvino.save_model(model, folder / "openvino" / "openvino_model.xml", compress_to_fp16=False)


if __name__ == "__main__":
    main()
