using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Recall;
using MiniCpmDist.Data.Recall;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Evaluation;

/// <summary>
/// Asks a model for what stands far back in made-up documents, over lengths and depths. A document goes through the
/// model once, answer included. The answer is right where each of its tokens is the likeliest one after those before
/// it: exactly then would greedy generation write it, whatever else the model would say.
/// </summary>
/// <param name="model">The model; its fused kernels need no memory for scores.</param>
/// <param name="tokenizer">Its tokenizer.</param>
/// <param name="checkpoint">Where the model comes from, for errors.</param>
public sealed class NeedleEvaluation(MiniCpmForCausalLM model, Tokenizer tokenizer, string checkpoint)
{
    // Of each question: whether the answer was right, the loss of its tokens, and how many they are.
    private const int Numbers = 3;

    // Far from the documents of `minicpm data recall`: what a model was trained on would be no test.
    private const ulong FirstIndex = 1UL << 40;

    private readonly RecallFitter _fitter = new(tokenizer);

    /// <summary>Ranks take the questions in turn; the result does not depend on how many they are.</summary>
    /// <param name="options">What is asked.</param>
    /// <param name="communicator">The world.</param>
    /// <param name="progress">Told by each rank which question is done, and of how many.</param>
    /// <returns>The cells, length by length, each from the smallest depth on.</returns>
    /// <exception cref="SpoiltModelException">A loss is not finite.</exception>
    public IReadOnlyList<NeedleCell> AskCollective(
        NeedleOptions options, ICommunicator communicator, Action<int, int>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(communicator);
        var maker = new RecallMaker(options.Kind, options.Needles, options.Seed);
        (int Length, double Depth)[] places =
        [
            .. options.Lengths.SelectMany(length => options.Depths.Select(depth => (length, depth))),
        ];
        RequireRoom(maker, options);
        var questions = places.Length * options.Trials;
        var found = new double[questions * Numbers];
        for (var i = communicator.Rank; i < questions; i += communicator.WorldSize)
        {
            var (length, depth) = places[i / options.Trials];
            // The same numbers and names at every place: places differ by nothing else.
            var item = _fitter.Make(maker, FirstIndex + (ulong)(i % options.Trials), depth, length);
            Ask(item, found.AsSpan(i * Numbers, Numbers));
            progress?.Invoke(i + 1, questions);
        }
        found = OrderedSums.GatherCollective(communicator, found, i => i / Numbers % communicator.WorldSize);
        return [.. places.Select((place, cell) => Cell(place, found, cell, options.Trials))];
    }

    // Before the first question: the last lengths would be found too short only after hours of the others.
    private void RequireRoom(RecallMaker maker, NeedleOptions options)
    {
        var problems = new ProblemCollector();
        foreach (var length in options.Lengths)
        {
            for (var trial = 0; trial < options.Trials; trial++)
            {
                if (_fitter.Least(maker, FirstIndex + (ulong)trial) is var least && least <= length)
                    continue;
                problems.Add(
                    "--lengths", $"at least {least} tokens for this question and its answer", $"{length}",
                    "name longer ones");
                break;
            }
        }
        problems.ThrowIfAny();
    }

    private NeedleCell Cell((int Length, double Depth) place, double[] found, int cell, int trials)
    {
        var own = Enumerable.Range(cell * trials, trials).Select(question => question * Numbers).ToArray();
        var loss = own.Sum(at => found[at + 1]) / own.Sum(at => found[at + 2]);
        if (!double.IsFinite(loss))
            throw new SpoiltModelException(checkpoint, $"a loss of {loss} over {place.Length} tokens");
        return new NeedleCell(place.Length, place.Depth, (int)own.Sum(at => found[at]), trials, loss);
    }

    private void Ask(RecallItem item, Span<double> numbers)
    {
        var (ids, answer) = _fitter.Encode(item);
        var (isRight, loss) = Judge(model, tokenizer, ids, answer);
        (numbers[0], numbers[1], numbers[2]) = (isRight ? 1 : 0, loss, answer);
    }

    /// <summary>True where greedy generation would write the answer, and the loss of its tokens in nats.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokenizer">Its tokenizer.</param>
    /// <param name="ids">A document without its begin.</param>
    /// <param name="answer">Tokens at its end that are the answer.</param>
    internal static (bool IsRight, double Loss) Judge(
        MiniCpmForCausalLM model, Tokenizer tokenizer, int[] ids, int answer)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        // The last token is only predicted.
        long[] inputs = [tokenizer.BosId, .. ids.SkipLast(1).Select(id => (long)id)];
        var targets = tensor(ids[^answer..].Select(id => (long)id).ToArray());
        var rows = model.Rows(tensor(inputs).unsqueeze(0), null).narrow(0, inputs.Length - answer, answer);
        // A model may have more rows than the tokenizer has pieces; those stand for no text.
        var logits = nn.functional.linear(rows, model.Head).narrow(1, 0, tokenizer.PieceCount)
            .to(ScalarType.Float64);                                                    // [answer, pieces]
        return (
            logits.argmax(1).eq(targets).all().item<bool>(),
            nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.Sum).item<double>());
    }
}
