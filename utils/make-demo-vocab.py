#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes the embedded vocabulary `demo`, lib/VocabReaders/DemoVocabulary.inc.

Byte-level pair encoding, trained on the texts in utils/demo-vocab (written for this
purpose) and on JSON records made from them here. The same inputs give the same
bytes on every machine: nothing is random, ties go to the smaller pair, and the
splitting of texts uses no property of characters but letter, digit and space.

To the trained tokens come what large vocabularies have and a small corpus would not
give: long runs of blanks, tokens that span several JSON lexemes, pieces of escapes,
second ids for the same bytes, gaps, added and special tokens.

usage: make-demo-vocab.py [--merges=N] > lib/VocabReaders/DemoVocabulary.inc
"""

import collections
import heapq
import json
import os
import re
import sys

MERGES = 3200

# Letters with the space before them; up to three digits; punctuation with the space before
# and the line ends after; blanks, of which the last stays with a word that follows.
PIECE = re.compile(r"'(?:s|t|re|ve|m|ll|d)\b| ?[^\W\d_]+|\d{1,3}| ?(?:[^\s\w]|_)+[\r\n]*|\s+(?!\S)|\s+")

SPANNING = [
    '{"', ' {"', '[{"', '{\n  "', '": "', '":"', '": ', '": {', '": [', '":{"', '":[', '":[{"',
    '", "', '","', '",\n', '",\n  "', '"}', '"},', '"}, {"', '"},{"', '"}\n', '"]', '"],', '"],"',
    '"]}', '}}', '}},', '}]', '}],', '}]}', '}}}', ']]', ']},', '[[', '[]', '{}', '[],', '{},',
    'null,', 'true,', 'false,', ': null', ': true', ': false', ': 0', '0,', '0.0', '.5', 'e-', 'E+',
    '-1', '00', '000', '\\"', '\\\\', '\\n', '\\u', '\\u00', '\\ud83d', '\\u0000', '\\/', '\\t',
    '"\\', '"\\u', '"-', '"$', '"$ref": "#/', '"type": "string"', '"type": "', '</', '/>', '//',
    '"a', '"name": "', 'a"', 'e":', 's": ["', '😀"', 'é"', '"é', '\r\n', '\r\n\r\n', '}\n\n',
]
BLANKS = [" " * n for n in (2, 3, 4, 6, 8, 12, 16, 24, 32)]
BLANKS += ["\t" * n for n in (2, 3, 4)] + ["\n" * n for n in (2, 3)]
BLANKS += ["\n" + " " * n for n in (1, 2, 4, 6, 8)] + ["\n\t", "\n\t\t", " \n", "  \n"]
# Characters cut in half, as merges of bytes leave them behind.
BROKEN = [b"\xe2\x80", b"\xf0\x9f", b"\xf0\x9f\x98", b"\xe4\xb8", b"\xc3", b" \xe2\x80",
          b'"\xc3', b'\x80"', b"\xa9 ", b"\x98\x80", b"\xff\xfe", b"\xed\xa0"]
DUPLICATES = ["a", "e", " ", "\n", '"', "{", "}", ",", ":", "0", "1", " the", '": "', '", "', "  "]
ADDED = ["<think>", "</think>", "<tool_call>", "</tool_call>", "\n\n\n\n"]
SPECIAL = ["<unk>", "<s>", "</s>", "<pad>", "<|system|>", "<|user|>", "<|assistant|>", "<|tool|>",
           "<|end|>"]
STOPS = ["</s>", "<|end|>"]


def read_texts(folder):
    texts = {}
    for name in sorted(os.listdir(folder)):
        if name.endswith(".txt"):
            with open(os.path.join(folder, name), encoding="utf-8", newline="") as file:
                texts[name] = file.read()
    return texts


def json_records(words, lines):
    """Records in the shapes that programs exchange, over the word list."""
    state = 12345

    def below(n):  # a linear congruential generator, so that no library decides
        nonlocal state
        state = (state * 6364136223846793005 + 1442695040888963407) % (1 << 64)
        return (state >> 33) % n

    def word():
        return words[min(below(len(words)), below(len(words)))]

    def value(depth):
        kind = below(9 if depth < 3 else 6)
        if kind == 0:
            return below(10000) if below(2) else below(100)
        if kind == 1:
            return below(2) == 1
        if kind == 2:
            return None if below(3) == 0 else round(below(100000) / 100 - 300, 2)
        if kind <= 4:
            return " ".join(word() for _ in range(1 + below(5)))
        if kind == 5:
            return f"20{10 + below(20)}-{1 + below(12):02}-{1 + below(28):02}"
        if kind == 6:
            return [value(depth + 1) for _ in range(below(4))]
        return {word(): value(depth + 1) for _ in range(1 + below(4))}

    out = []
    for n in range(lines):
        record = {"id": n, "name": word().capitalize(), word(): value(0), word(): value(0)}
        style = ({"indent": 2}, {"indent": 4}, {"separators": (",", ":")}, {}, {})[below(5)]
        out.append(json.dumps(record, ensure_ascii=below(4) == 0, **style))
    return "\n".join(out)


def sentences(words, count):
    """The word list as running text: early words often, late ones now and then."""
    return " ".join(words[(n * n * 7 + n) % (1 + n % len(words))] for n in range(count))


def train(counts, merges):
    """The new tokens of `merges` pair merges, in order."""
    pieces = sorted(counts)
    splits = [[bytes([b]) for b in piece] for piece in pieces]
    weight = [counts[piece] for piece in pieces]
    pairs = collections.Counter()
    where = collections.defaultdict(set)
    for index, split in enumerate(splits):
        for pair in zip(split, split[1:]):
            pairs[pair] += weight[index]
            where[pair].add(index)
    heap = [(-count, pair) for pair, count in pairs.items()]
    heapq.heapify(heap)
    tokens = []
    known = {bytes([b]) for b in range(256)}
    while len(tokens) < merges and heap:
        count, pair = heapq.heappop(heap)
        if pairs[pair] != -count:
            if pairs[pair] > 0:
                heapq.heappush(heap, (-pairs[pair], pair))
            continue
        if -count < 2:
            break
        new = pair[0] + pair[1]
        if new not in known:
            known.add(new)
            tokens.append(new)
        changed = set()
        for index in sorted(where[pair]):
            old, split, at = splits[index], [], 0
            while at < len(old):
                if at + 1 < len(old) and (old[at], old[at + 1]) == pair:
                    split.append(new)
                    at += 2
                else:
                    split.append(old[at])
                    at += 1
            if len(split) == len(old):
                continue
            for p in zip(old, old[1:]):
                pairs[p] -= weight[index]
                changed.add(p)
            for p in zip(split, split[1:]):
                pairs[p] += weight[index]
                where[p].add(index)
                changed.add(p)
            splits[index] = split
        for p in changed:
            if pairs[p] > 0:
                heapq.heappush(heap, (-pairs[p], p))
    return tokens


def literal(text):
    """A C string literal of exactly these bytes."""
    plain = {ord('"'): '\\"', ord("\\"): "\\\\", ord("\n"): "\\n", ord("\t"): "\\t"}
    return '"' + "".join(
        plain.get(b) or (chr(b) if 0x20 <= b < 0x7F else f"\\{b:03o}") for b in text) + '"'


def main():
    merges = MERGES
    for argument in sys.argv[1:]:
        if not argument.startswith("--merges="):
            sys.exit(__doc__)
        merges = int(argument[len("--merges="):])
    texts = read_texts(os.path.join(os.path.dirname(os.path.abspath(__file__)), "demo-vocab"))
    words = texts.pop("words.txt").split()
    corpus = list(texts.values())
    corpus.append(json_records(words, 900))
    corpus.append(sentences(words, 12000))
    counts = collections.Counter()
    for text in corpus:
        for piece in PIECE.findall(text):
            counts[piece.encode()] += 1

    ordinary = [bytes([b]) for b in range(256)] + train(counts, merges)
    known = set(ordinary)
    for extra in [t.encode() for t in SPANNING + BLANKS] + BROKEN:
        if extra not in known:
            known.add(extra)
            ordinary.append(extra)
    lines = [("Ordinary", text) for text in ordinary]
    lines += [("Ordinary", text.encode()) for text in DUPLICATES]
    lines += [("Gap", b"")] * 3
    lines += [("Added", text.encode()) for text in ADDED]
    lines += [("Special", text.encode()) for text in SPECIAL]
    lines += [("Gap", b"")]

    out = ["// Made by utils/make-demo-vocab.py: do not edit.",
           "// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"]
    out += [f"DEMO_TOKEN({kind}, {literal(text)})" for kind, text in lines]
    out += [f"DEMO_STOP({lines.index(('Special', text.encode()))})" for text in STOPS]
    sys.stdout.write("\n".join(out) + "\n")


if __name__ == "__main__":
    main()
