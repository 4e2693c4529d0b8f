#!/usr/bin/env bash
# Microsoft.ML.Tokenizers gives the bytes of unknown characters ids that are 255 too large, with a unigram model.
#
# Version     Microsoft.ML.Tokenizers 2.0.1, .NET 10; sentencepiece 0.1.97-3 of Debian 12 as the peer
# Guess       A SentencePiece model with byte_fallback spells a character that it has no piece for in bytes: byte b is
#             the piece <0xb>, with the id that the model file gives it. SentencePieceTokenizer reads that file, so its
#             ids are those of spm_encode, and Decode gives the text back. With BPE models both hold.
# Behaviour   With a unigram model the id is too large by 255. Where there is a piece with such an id, it is that piece:
#             a tab becomes a word, which Decode writes. Where there is none, the id lies outside the vocabulary, and
#             EncodeToTokens ends with IndexOutOfRangeException; EncodeToIds does not look, and Decode leaves the id
#             out.
# Output seen bpe, tab: spm_encode ends with 12, EncodeToIds with 12; Decode is right
#             bpe, e-acute: spm_encode ends with 198 172, EncodeToIds with 198 172; Decode is right
#             unigram, tab: spm_encode ends with 12, EncodeToIds with 267; Decode is wrong
#             unigram, e-acute: spm_encode ends with 198 172, EncodeToIds with 453 427; Decode is wrong
# Hurts       unigram models, the kind that spm_train makes by default, with byte_fallback: every tab, and every
#             character that the training text did not have, is another token, or an index beyond the embedding.
#             src/MiniCpmDist.Core/Formats/SentencePiece.cs reads such models itself.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and sentencepiece (apt-get install sentencepiece).
# Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

seq -f 'The quick brown fox number %g jumps over the lazy dog, and the dog sleeps on.' 500 >corpus.txt
for type in bpe unigram; do
    spm_train --input=corpus.txt --model_prefix=$type --model_type=$type --vocab_size=320 --hard_vocab_limit=false \
        --byte_fallback=true --normalization_rule_name=identity --remove_extra_whitespaces=false --num_threads=1 \
        >log 2>&1 || { tail -n 5 log; exit 1; }
    printf '\t\n' | spm_encode --model=$type.model --output_format=id >$type.tab
    printf '\303\251\n' | spm_encode --model=$type.model --output_format=id >$type.e-acute
done

project Microsoft.ML.Tokenizers=2.0.1
cat >Program.cs <<'PROGRAM'
using Microsoft.ML.Tokenizers;

foreach (var type in new[] { "bpe", "unigram" })
{
    using var file = File.OpenRead($"{type}.model");
    var tokenizer = SentencePieceTokenizer.Create(file, addBeginningOfSentence: false, addEndOfSentence: false);
    foreach (var (name, text) in new[] { ("tab", "\t"), ("e-acute", "\u00e9") })
    {
        var bytes = File.ReadAllText($"{type}.{name}").Trim().Split(' ');
        var ids = tokenizer.EncodeToIds(text);
        var count = System.Text.Encoding.UTF8.GetByteCount(text);
        Console.WriteLine($"{type}, {name}: spm_encode ends with {string.Join(" ", bytes.TakeLast(count))}, "
            + $"EncodeToIds with {string.Join(" ", ids.TakeLast(count))}; "
            + $"Decode {(tokenizer.Decode(ids) == text ? "is right" : "is wrong")}");
    }
}
PROGRAM
run_program
expect_found <<'SEEN'
bpe, tab: spm_encode ends with 12, EncodeToIds with 12; Decode is right
bpe, e-acute: spm_encode ends with 198 172, EncodeToIds with 198 172; Decode is right
unigram, tab: spm_encode ends with 12, EncodeToIds with 267; Decode is wrong
unigram, e-acute: spm_encode ends with 198 172, EncodeToIds with 453 427; Decode is wrong
SEEN
