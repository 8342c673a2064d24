"""A tiny language model of random weights with a tokenizer of its own: nothing is downloaded."""

import torch

WORDS = "rain snow falls on the cold warm ground and melts again".split()


def sentences(count: int, seed: int = 0) -> list[str]:
    """Sentences of twelve words each, drawn at random."""
    source = torch.Generator().manual_seed(seed)
    return [
        " ".join(WORDS[i] for i in torch.randint(len(WORDS), (12,), generator=source).tolist()) for _ in range(count)
    ]


def save(folder, *, layers: int = 2, width: int = 16, texts: int = 40, whole: bool = True):
    """Save a GPT-NeoX model, its tokenizer and texts to ``folder``; ``whole`` keeps what turns it into a predictor."""
    from tokenizers import Tokenizer, models, pre_tokenizers
    from transformers import GPTNeoXConfig, GPTNeoXForCausalLM, PreTrainedTokenizerFast

    words = {word: place for place, word in enumerate([*WORDS, "<end>", "<unknown>"])}
    plain = Tokenizer(models.WordLevel(words, unk_token="<unknown>"))
    plain.pre_tokenizer = pre_tokenizers.Whitespace()
    PreTrainedTokenizerFast(tokenizer_object=plain, eos_token="<end>", unk_token="<unknown>").save_pretrained(folder)
    sizes = {"hidden_size": width, "intermediate_size": 2 * width, "num_attention_heads": 2}
    config = GPTNeoXConfig(vocab_size=len(words), num_hidden_layers=layers, max_position_embeddings=32, **sizes)
    with torch.random.fork_rng():
        torch.manual_seed(1)
        net = GPTNeoXForCausalLM(config)
        for weights in net.parameters():  # a fresh model is nearly linear: make it less so
            torch.nn.init.normal_(weights, std=0.4)
    (net if whole else net.gpt_neox).save_pretrained(folder)
    (folder / "texts.txt").write_text(" ".join(sentences(texts)), "utf8")
    return net.eval()
