#!/usr/bin/env bash
# Microsoft.ML.Tokenizers gives a text of one character no ids, with a BPE model that removes extra spaces.
#
# Version     Microsoft.ML.Tokenizers 2.0.1, .NET 10; sentencepiece 0.1.97-3 of Debian 12 as the peer
# Guess       A model made with remove_extra_whitespaces (the default of spm_train) has spaces at the ends taken off and
#             repeated ones joined before it is split into pieces. A text without such spaces is what it was: "a" has
#             the ids that spm_encode gives it.
# Behaviour   A text of one character has no ids at all, and Decode gives an empty text. From two characters on the ids
#             are right; spaces at the ends and repeated ones are treated rightly too. Models made with
#             remove_extra_whitespaces=false have no such gap, and unigram models neither.
# Output seen bpe.true, "A": spm_encode has 1 ids, EncodeToIds 0, others
#             bpe.true, "7": spm_encode has 2 ids, EncodeToIds 0, others
#             bpe.true, "is": spm_encode has 1 ids, EncodeToIds 1, the same
#             bpe.true, " is  A ": spm_encode has 2 ids, EncodeToIds 2, the same
#             bpe.false, "A": spm_encode has 1 ids, EncodeToIds 1, the same
#             bpe.false, "7": spm_encode has 2 ids, EncodeToIds 2, the same
#             bpe.false, "is": spm_encode has 1 ids, EncodeToIds 1, the same
#             bpe.false, " is  A ": spm_encode has 5 ids, EncodeToIds 5, the same
#             unigram.true, "A": spm_encode has 1 ids, EncodeToIds 1, the same
#             unigram.true, "7": spm_encode has 2 ids, EncodeToIds 2, the same
#             unigram.true, "is": spm_encode has 3 ids, EncodeToIds 3, the same
#             unigram.true, " is  A ": spm_encode has 4 ids, EncodeToIds 4, the same
# Hurts       answers of one letter (A, B, C or D of a test with choices), digits, and data sets of single labels: they
#             become empty sequences, silently. src/MiniCpmDist.Core/Formats/SentencePiece.cs reads such models itself.
#
# Needs the .NET 10 SDK, nuget.org or a mirror that the SDK knows, and sentencepiece (apt-get install sentencepiece).
# Ends with 1 if anything has changed.
set -euo pipefail
# shellcheck source=SCRIPTDIR/lib/finding.sh
source "$(dirname -- "$(readlink -f -- "${BASH_SOURCE[0]}")")/lib/finding.sh"

seq -f 'Answer A is fox number %g, answer B is a dog, and C is neither.' 500 >corpus.txt
for model in bpe.true bpe.false unigram.true; do
    spm_train --input=corpus.txt --model_prefix=$model --model_type=${model%.*} --vocab_size=320 \
        --hard_vocab_limit=false --normalization_rule_name=identity --remove_extra_whitespaces=${model#*.} \
        --byte_fallback=true --num_threads=1 >log 2>&1 || { tail -n 5 log; exit 1; }
    for text in A 7 is ' is  A '; do
        spm_encode --model=$model.model --output_format=id <<<"$text" >"$model.$text"
    done
done

project Microsoft.ML.Tokenizers=2.0.1
cat >Program.cs <<'PROGRAM'
using Microsoft.ML.Tokenizers;

foreach (var model in new[] { "bpe.true", "bpe.false", "unigram.true" })
{
    using var file = File.OpenRead($"{model}.model");
    var tokenizer = SentencePieceTokenizer.Create(file, addBeginningOfSentence: false, addEndOfSentence: false);
    foreach (var text in new[] { "A", "7", "is", " is  A " })
    {
        var ids = tokenizer.EncodeToIds(text);
        var peer = File.ReadAllText($"{model}.{text}").Trim().Split(' ');
        var same = ids.Select(id => $"{id}").SequenceEqual(peer);
        Console.WriteLine($"{model}, \"{text}\": spm_encode has {peer.Length} ids, EncodeToIds {ids.Count}, "
            + (same ? "the same" : "others"));
    }
}
PROGRAM
run_program
expect_found <<'SEEN'
bpe.true, "A": spm_encode has 1 ids, EncodeToIds 0, others
bpe.true, "7": spm_encode has 2 ids, EncodeToIds 0, others
bpe.true, "is": spm_encode has 1 ids, EncodeToIds 1, the same
bpe.true, " is  A ": spm_encode has 2 ids, EncodeToIds 2, the same
bpe.false, "A": spm_encode has 1 ids, EncodeToIds 1, the same
bpe.false, "7": spm_encode has 2 ids, EncodeToIds 2, the same
bpe.false, "is": spm_encode has 1 ids, EncodeToIds 1, the same
bpe.false, " is  A ": spm_encode has 5 ids, EncodeToIds 5, the same
unigram.true, "A": spm_encode has 1 ids, EncodeToIds 1, the same
unigram.true, "7": spm_encode has 2 ids, EncodeToIds 2, the same
unigram.true, "is": spm_encode has 3 ids, EncodeToIds 3, the same
unigram.true, " is  A ": spm_encode has 4 ids, EncodeToIds 4, the same
SEEN
