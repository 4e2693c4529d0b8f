using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Objectives;

/// <summary>
/// Log-probabilities of the answers of a micro-batch. The reference and the model that is trained go through this same
/// code, in the same shapes: with equal weights their numbers have equal bits.
/// </summary>
/// <param name="model">The model.</param>
/// <param name="batch">The micro-batch.</param>
internal sealed class AnswerScores(MiniCpmForCausalLM model, MicroBatch batch)
{
    private Tensor[] _hidden = [];
    private Tensor[] _targets = [];

    /// <summary>The answers, in order.</summary>
    public IReadOnlyList<Answer> Answers { get; } = Answer.Of(batch);

    /// <summary>
    /// The log-probability of each answer in nats, summed over its scored tokens and rounded to float32.
    /// </summary>
    public float[] Measure()
    {
        long[] shape = [batch.Rows, batch.Ids.Length / batch.Rows];
        var sizes = Sizes();
        // One cut for all answers: backward then writes one gradient of the hidden states, and not one for each.
        _hidden = OfAnswers(model.Rows(tensor(batch.Ids, shape), batch.SegmentLengths).split(sizes));
        _targets = OfAnswers(tensor(batch.Targets).split(sizes));
        using var frozen = no_grad();
        return
        [
            .. _hidden.Zip(_targets).Select(
                answer => -(float)model.LossSumOf(answer.First.detach(), answer.Second).item<double>()),
        ];
    }

    /// <summary>The sums of the token losses of the answers, <c>[answers]</c> float64, with their gradients.</summary>
    /// <param name="factors">The factor of each that backward multiplies with.</param>
    public Tensor LossSums(IReadOnlyList<double?> factors) => stack(
        [
            .. _hidden.Zip(_targets).Select(
                (answer, i) => model.LossSumOf(answer.First, answer.Second, gradientFactor: factors[i])),
        ]);

    // Between two answers lies what is only read; the cut alternates between both.
    private long[] Sizes()
    {
        var (sizes, at) = (new List<long>(), 0);
        foreach (var answer in Answers)
        {
            sizes.AddRange([answer.Start - at, answer.Length]);
            at = answer.Start + answer.Length;
        }
        return [.. sizes, batch.Ids.Length - at];
    }

    private Tensor[] OfAnswers(Tensor[] parts) => [.. Answers.Select((_, i) => parts[2 * i + 1])];
}
