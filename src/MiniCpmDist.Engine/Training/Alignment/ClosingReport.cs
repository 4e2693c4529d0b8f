using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Generation;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Objectives;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Recovery;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Training.Alignment;

/// <summary>
/// Measures what preference optimization has made of a model, after its last step: the model and its reference answer
/// held-out prompts, and both read held-out text of pre-training. Ranks take prompts in turn, and each prompt is
/// answered by itself: the report does not depend on their number.
/// </summary>
internal sealed class ClosingReport(
    RunOptions options, ICommunicator communicator, RunData data, MiniCpmForCausalLM model, HeartbeatWriter heartbeat)
{
    private const int MostTokens = 128;
    private const int Numbers = 5;

    /// <summary>Takes the report of a model that has just been trained.</summary>
    /// <param name="folder">Of the run.</param>
    /// <param name="step">Updates done.</param>
    /// <param name="pairs">Over held-out pairs.</param>
    /// <param name="loadReference">Gives the model the reference's weights, which it then keeps.</param>
    public AlignmentReport TakeCollective(
        RunFolder folder, long step, HeldOutEvaluation pairs, Action loadReference)
    {
        using var tokenizer = Tokenizer.Load(data.TokenizerPath);
        var stops = data.Sources.Select(source => ChatTemplates.Of(source.Train.Folder)).OfType<ChatTemplate>()
            .Select(template => template.AnswerEnd).Where(end => end.Length > 0).Distinct().ToArray();
        var prompts = Prompts();
        var generator = new TextGenerator(model, tokenizer, data.SequenceLength, folder.Path);
        using var text = TrunkText.OpenCollective(folder, options, communicator, model.Shape);

        var measured = pairs.Sequences == 0 ? [] : pairs.MeasureCollective(communicator).Measures;
        var after = text.LossesCollective(model, communicator);
        var own = Answer(generator, prompts, stops);
        float[][] policy = [.. own.Select((answer, i) => Losses(prompts[Index(i)], answer.Ids))];
        loadReference();
        var before = text.LossesCollective(model, communicator);
        var other = Answer(generator, prompts, stops);

        var sums = new double[prompts.Count * Numbers];
        for (var i = 0; i < own.Count; i++)
        {
            double[] numbers =
            [
                own[i].Ids.Count, own[i].HasEnded ? 0 : 1, other[i].Ids.Count, other[i].HasEnded ? 0 : 1,
                AlignmentReport.DivergenceSum(policy[i], Losses(prompts[Index(i)], own[i].Ids)),
            ];
            numbers.CopyTo(sums, Index(i) * Numbers);
        }
        if (prompts.Count > 0)
            sums = OrderedSums.GatherCollective(communicator, sums, i => i / Numbers % communicator.WorldSize);
        double Sum(int number) => Enumerable.Range(0, prompts.Count).Sum(prompt => sums[prompt * Numbers + number]);
        var count = Math.Max(1, prompts.Count);
        return new AlignmentReport(
            step, measured.ToDictionary(measure => measure.Name, measure => measure.Value), prompts.Count,
            new AnswerLengths(Sum(2) / count, Sum(3) / count), new AnswerLengths(Sum(0) / count, Sum(1) / count),
            prompts.Count == 0 ? null : Sum(4) / Sum(0),
            [.. before.Zip(after, (one, two) => new TextCost(one.Source, one.Loss, two.Loss))], text.Note);
    }

    /// <summary>The prompt of this rank's answer number <paramref name="own"/>.</summary>
    private int Index(int own) => communicator.Rank + own * communicator.WorldSize;

    private List<int[]> Prompts()
    {
        var prompts = new List<int[]>();
        foreach (var set in data.Sources.Select(source => source.HeldOut))
        {
            for (var i = 0L; i < set.SequenceCount && prompts.Count < options.Alignment.ReportPrompts; i++)
            {
                var row = MicroBatch.Read([set], [new SequenceRef(0, i)]);
                // Both answers of a pair have the prompt.
                prompts.AddRange(Objectives.Answer.Of(row).Where((_, answer) => answer % 2 == 0)
                    .Select(answer => answer.Prompt(row)));
            }
        }
        return [.. prompts.Take(options.Alignment.ReportPrompts)];
    }

    private List<(IReadOnlyList<int> Ids, bool HasEnded)> Answer(
        TextGenerator generator, List<int[]> prompts, string[] stops)
    {
        var answers = new List<(IReadOnlyList<int>, bool)>();
        for (var i = communicator.Rank; i < prompts.Count; i += communicator.WorldSize)
        {
            // A rank that is at work here is not one that hangs.
            heartbeat.Enter($"answer {i} of the alignment report");
            var room = Math.Clamp(data.SequenceLength - prompts[i].Length, 1, MostTokens);
            // The model's own distribution, as the divergence wants it; both models draw the same numbers.
            answers.Add(generator.Sample(prompts[i], new GenerationOptions(room, new TokenSampling(1, 0), options.Seed)
            {
                Stops = stops,
                Stream = $"alignment report {i}",
            }));
            heartbeat.Leave();
        }
        return answers;
    }

    /// <summary>The model's losses of the tokens of an answer.</summary>
    private float[] Losses(int[] prompt, IReadOnlyList<int> answer)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        long[] all = [.. prompt.Concat(answer).Select(id => (long)id)];
        long[] targets = [.. Enumerable.Repeat(TokenDataset.NoLoss, prompt.Length - 1), .. all[prompt.Length..]];
        long[] shape = [1, targets.Length];
        var losses = zeros(shape, ScalarType.Float32);
        model.LossSum(tensor(all[..^1], shape), tensor(targets, shape), tokenLosses: losses);
        return losses.cpu().data<float>().ToArray()[(prompt.Length - 1)..];
    }
}
