# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes everything in this folder that ships with the demo: model, tokenizer, calibration and evaluation text.

    PYTHONPATH=build/deps python3 resources/demo/make_demo.py       (about 15 minutes on 2 cores)

A small Llama-style decoder is trained on the text of demo_text.py. Afterwards some channels of every norm are scaled up and
the columns that read them scaled down by the same factor: the function stays the same, but the activations get the outlier
channels that large models have, so that activation-aware quantization has something to find.
Needs torch only; nothing of this runs when the product is built or used.
"""
import collections
import json
import math
import pathlib
import random
import re
import struct
import sys

import torch
import torch.nn.functional as F

import demo_text

HERE = pathlib.Path(__file__).parent
CONFIG = {
    "architectures": ["LlamaForCausalLM"], "model_type": "llama", "vocab_size": 512, "hidden_size": 256, "intermediate_size": 384,
    "num_hidden_layers": 4, "num_attention_heads": 4, "num_key_value_heads": 2, "head_dim": 32, "hidden_act": "silu",
    "max_position_embeddings": 256, "rms_norm_eps": 1e-6, "rope_theta": 10000.0, "tie_word_embeddings": True,
    "attention_bias": False, "mlp_bias": False, "bos_token_id": 0, "eos_token_id": 0, "torch_dtype": "float16",
}
# The GPT-2 pattern; Python's re has no \p{L}, and the text is Latin only.
PIECES = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d| ?[^\W\d_]+| ?\d+| ?(?:[^\s\w]|_)+|\s+(?!\S)|\s+")


# ---- tokenizer: byte-level BPE ----------------------------------------------------------------------------------------

def byte_alphabet():
    """GPT-2's printable stand-in for every byte."""
    printable = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    table, extra = {}, 0
    for byte in range(256):
        if byte in printable:
            table[byte] = chr(byte)
        else:
            table[byte] = chr(0x100 + extra)
            extra += 1
    return table


ALPHABET = byte_alphabet()


def train_bpe(texts, size):
    counts = collections.Counter(piece for text in texts for piece in PIECES.findall(text))
    split = {piece: [ALPHABET[b] for b in piece.encode()] for piece in counts}
    vocabulary = ["<|endoftext|>"] + [ALPHABET[b] for b in range(256)]
    merges = []
    while len(vocabulary) < size:
        pairs = collections.Counter()
        for piece, symbols in split.items():
            for pair in zip(symbols, symbols[1:]):
                pairs[pair] += counts[piece]
        best = max(pairs, key=lambda pair: (pairs[pair], pair))
        merges.append(best)
        vocabulary.append("".join(best))
        for symbols in split.values():
            i = 0
            while i + 1 < len(symbols):
                if (symbols[i], symbols[i + 1]) == best:
                    symbols[i:i + 2] = ["".join(best)]
                i += 1
    return vocabulary, merges


def make_encoder(vocabulary, merges):
    ids = {token: i for i, token in enumerate(vocabulary)}
    rank = {pair: i for i, pair in enumerate(merges)}
    cache = {}

    def encode_piece(piece):
        symbols = [ALPHABET[b] for b in piece.encode()]
        while len(symbols) > 1:
            best = min(zip(symbols, symbols[1:]), key=lambda pair: rank.get(pair, math.inf))
            if best not in rank:
                break
            i = 0
            while i + 1 < len(symbols):
                if (symbols[i], symbols[i + 1]) == best:
                    symbols[i:i + 2] = ["".join(best)]
                i += 1
        return [ids[s] for s in symbols]

    def encode(text):
        result = [0]  # every document starts with <|endoftext|>
        for piece in PIECES.findall(text):
            if piece not in cache:
                cache[piece] = encode_piece(piece)
            result += cache[piece]
        return result

    return encode


def write_tokenizer(folder, vocabulary, merges):
    tokenizer = {
        "version": "1.0", "truncation": None, "padding": None,
        "added_tokens": [{"id": 0, "content": "<|endoftext|>", "single_word": False, "lstrip": False, "rstrip": False,
                          "normalized": False, "special": True}],
        "normalizer": None,
        "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "post_processor": {"type": "TemplateProcessing",
                           "single": [{"SpecialToken": {"id": "<|endoftext|>", "type_id": 0}}, {"Sequence": {"id": "A", "type_id": 0}}],
                           "pair": [{"Sequence": {"id": "A", "type_id": 0}}, {"Sequence": {"id": "B", "type_id": 1}}],
                           "special_tokens": {"<|endoftext|>": {"id": "<|endoftext|>", "ids": [0], "tokens": ["<|endoftext|>"]}}},
        "decoder": {"type": "ByteLevel", "add_prefix_space": False, "trim_offsets": True, "use_regex": True},
        "model": {"type": "BPE", "dropout": None, "unk_token": None, "continuing_subword_prefix": None, "end_of_word_suffix": None,
                  "fuse_unk": False, "byte_fallback": False, "ignore_merges": False,
                  "vocab": {token: i for i, token in enumerate(vocabulary)}, "merges": [" ".join(pair) for pair in merges]},
    }
    (folder / "tokenizer.json").write_text(json.dumps(tokenizer, ensure_ascii=False, indent=0), encoding="utf-8")
    (folder / "tokenizer_config.json").write_text(json.dumps(
        {"tokenizer_class": "PreTrainedTokenizerFast", "bos_token": "<|endoftext|>", "eos_token": "<|endoftext|>",
         "model_max_length": CONFIG["max_position_embeddings"]}, indent=1), encoding="utf-8")


# ---- model ------------------------------------------------------------------------------------------------------------

def new_weights():
    hidden, inner, dim = CONFIG["hidden_size"], CONFIG["intermediate_size"], CONFIG["head_dim"]
    heads, kv = CONFIG["num_attention_heads"], CONFIG["num_key_value_heads"]
    shapes = {"model.embed_tokens.weight": (CONFIG["vocab_size"], hidden), "model.norm.weight": (hidden,)}
    for i in range(CONFIG["num_hidden_layers"]):
        p = f"model.layers.{i}."
        shapes |= {p + "self_attn.q_proj.weight": (heads * dim, hidden), p + "self_attn.k_proj.weight": (kv * dim, hidden),
                   p + "self_attn.v_proj.weight": (kv * dim, hidden), p + "self_attn.o_proj.weight": (hidden, heads * dim),
                   p + "mlp.gate_proj.weight": (inner, hidden), p + "mlp.up_proj.weight": (inner, hidden),
                   p + "mlp.down_proj.weight": (hidden, inner), p + "input_layernorm.weight": (hidden,),
                   p + "post_attention_layernorm.weight": (hidden,)}
    weights = {}
    for name, shape in shapes.items():
        values = torch.ones(shape) if len(shape) == 1 else torch.randn(shape) * 0.02
        if name.endswith(("o_proj.weight", "down_proj.weight")):
            values /= math.sqrt(2 * CONFIG["num_hidden_layers"])
        weights[name] = values.requires_grad_()
    return weights


def rms(x, weight):
    return x * torch.rsqrt(x.pow(2).mean(-1, keepdim=True) + CONFIG["rms_norm_eps"]) * weight


def rotate(x, cos, sin):
    first, second = x.chunk(2, -1)
    return x * cos + torch.cat((-second, first), -1) * sin


def forward(w, ids):
    dim, heads, kv = CONFIG["head_dim"], CONFIG["num_attention_heads"], CONFIG["num_key_value_heads"]
    batch, length = ids.shape
    angle = torch.arange(length)[:, None] / CONFIG["rope_theta"] ** (torch.arange(0, dim, 2) / dim)
    angle = torch.cat((angle, angle), -1)
    cos, sin = angle.cos(), angle.sin()
    x = F.embedding(ids, w["model.embed_tokens.weight"])
    for i in range(CONFIG["num_hidden_layers"]):
        p = f"model.layers.{i}."
        h = rms(x, w[p + "input_layernorm.weight"])
        q, k, v = (F.linear(h, w[p + f"self_attn.{n}_proj.weight"]).view(batch, length, -1, dim).transpose(1, 2) for n in "qkv")
        q, k = rotate(q, cos, sin), rotate(k, cos, sin)
        k, v = (t.repeat_interleave(heads // kv, 1) for t in (k, v))
        o = F.scaled_dot_product_attention(q, k, v, is_causal=True).transpose(1, 2).reshape(batch, length, -1)
        x = x + F.linear(o, w[p + "self_attn.o_proj.weight"])
        h = rms(x, w[p + "post_attention_layernorm.weight"])
        h = F.silu(F.linear(h, w[p + "mlp.gate_proj.weight"])) * F.linear(h, w[p + "mlp.up_proj.weight"])
        x = x + F.linear(h, w[p + "mlp.down_proj.weight"])
    return F.linear(rms(x, w["model.norm.weight"]), w["model.embed_tokens.weight"])


def train(w, stream, steps, batch=16, length=128):
    decayed = [t for t in w.values() if t.dim() > 1]
    plain = [t for t in w.values() if t.dim() == 1]
    optimizer = torch.optim.AdamW([{"params": decayed, "weight_decay": 0.05}, {"params": plain, "weight_decay": 0.0}],
                                  lr=1.0, betas=(0.9, 0.95))
    for step in range(steps):
        rate = 3e-3 * min(1, (step + 1) / 100) * (0.5 + 0.5 * math.cos(math.pi * step / steps))
        for group in optimizer.param_groups:
            group["lr"] = rate
        starts = torch.randint(0, len(stream) - length - 1, (batch,))
        rows = torch.stack([stream[s:s + length + 1] for s in starts.tolist()])
        loss = F.cross_entropy(forward(w, rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
        optimizer.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(w.values(), 1.0)
        optimizer.step()
        if step % 50 == 0 or step == steps - 1:
            print(f"step {step}  loss {loss.item():.3f}", flush=True)


@torch.no_grad()
def add_outlier_channels(w, seed=7):
    """Scales 2 % of every norm's channels up by 8 to 32 and the columns that read them down: the function is unchanged."""
    generator = random.Random(seed)
    for i in range(CONFIG["num_hidden_layers"]):
        p = f"model.layers.{i}."
        readers = {"input_layernorm": [f"self_attn.{n}_proj" for n in "qkv"], "post_attention_layernorm": ["mlp.gate_proj", "mlp.up_proj"]}
        for norm, linears in readers.items():
            for channel in generator.sample(range(CONFIG["hidden_size"]), round(0.02 * CONFIG["hidden_size"])):
                factor = 2.0 ** generator.uniform(3, 5)
                w[p + norm + ".weight"][channel] *= factor
                for linear in linears:
                    w[p + linear + ".weight"][:, channel] /= factor


def write_safetensors(path, tensors):
    header, offset = {"__metadata__": {"format": "pt"}}, 0
    for name, tensor in sorted(tensors.items()):
        size = tensor.numel() * 2
        header[name] = {"dtype": "F16", "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for _, tensor in sorted(tensors.items()):
            file.write(bytes(tensor.detach().half().contiguous().untyped_storage()))


@torch.no_grad()
def perplexity(w, ids, length=256):
    rows = ids[:len(ids) // length * length].view(-1, length)
    loss = F.cross_entropy(forward(w, rows[:, :-1]).flatten(0, 1), rows[:, 1:].flatten())
    return loss.exp().item()


def write_documents(path, seed, size):
    """About `size` bytes of documents, one JSON object a line."""
    with open(path, "w", encoding="utf-8") as file:
        for text in demo_text.documents(seed, 10_000):
            file.write(json.dumps({"text": text}, ensure_ascii=False) + "\n")
            if file.tell() > size:
                return


def main():
    steps = int(sys.argv[1]) if len(sys.argv) > 1 else 2500
    torch.manual_seed(0)
    folder = HERE / "model"
    folder.mkdir(exist_ok=True)
    write_documents(HERE / "calibration.jsonl", seed=1, size=330_000)
    write_documents(HERE / "evaluation.jsonl", seed=2, size=90_000)
    texts = list(demo_text.documents(3, 12_000))
    vocabulary, merges = train_bpe(texts[:2_000], CONFIG["vocab_size"])
    write_tokenizer(folder, vocabulary, merges)
    encode = make_encoder(vocabulary, merges)
    stream = torch.tensor([i for text in texts for i in encode(text)])
    print(f"{len(stream)} tokens of training text")
    weights = new_weights()
    train(weights, stream, steps)
    held = [json.loads(line)["text"] for line in open(HERE / "evaluation.jsonl", encoding="utf-8")]
    held = torch.tensor([i for text in held for i in encode(text)])
    print("perplexity on the evaluation text:", perplexity(weights, held))
    add_outlier_channels(weights)
    weights = {name: tensor.detach().half().float() for name, tensor in weights.items()}
    print("with outlier channels, in float16:", perplexity(weights, held))
    write_safetensors(folder / "model.safetensors", weights)
    (folder / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n", encoding="utf-8")
    (folder / "generation_config.json").write_text(json.dumps({"bos_token_id": 0, "eos_token_id": 0}, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
