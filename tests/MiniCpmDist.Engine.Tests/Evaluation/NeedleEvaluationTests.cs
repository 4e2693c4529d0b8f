using MiniCpmDist.Core.Evaluation;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recall;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Data.Recall;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Tests.Fixtures;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Evaluation;

public sealed class NeedleEvaluationTests : IClassFixture<TinyTokenizer>, IDisposable
{
    private static readonly NeedleOptions s_options =
        new(RecallKind.Passkey, [160, 224], [0, 0.5, 1], Trials: 2, Needles: 1, Seed: 1);

    private static readonly ModelShape s_shape = new()
    {
        HiddenSize = 32,
        IntermediateSize = 80,
        Layers = 2,
        Heads = 4,
        KeyValueHeads = 2,
        HeadDim = 8,
        // More rows than pieces, as after an extension of the vocabulary.
        VocabularySize = TinyTokenizer.Pieces + 5,
    };

    private readonly TinyTokenizer _tiny;
    private readonly MiniCpmForCausalLM _model = new(s_shape);
    private readonly FlatParameters _parameters;

    public NeedleEvaluationTests(TinyTokenizer tiny)
    {
        ComputeThreads.Set(1);
        _tiny = tiny;
        _parameters = FlatParameters.BindFrozen(_model);
        _parameters.Initialize(3);
    }

    public void Dispose()
    {
        _parameters.Dispose();
        _model.Dispose();
    }

    [Fact]
    public void A_length_that_is_too_short_is_told_before_the_first_question()
    {
        var asked = 0;
        var refused = Assert.Throws<ConfigurationException>(
            () => new NeedleEvaluation(_model, _tiny.Tokenizer, "model").AskCollective(
                s_options with { Lengths = [160, 4, 5] }, new LoopbackCommunicator(), (_, _) => asked++));
        Assert.Equal(["4", "5"], refused.Problems.Select(problem => problem.Found));
        Assert.Equal(0, asked);
    }

    [Fact]
    public void A_cell_has_the_loss_of_the_answers_and_ranks_change_no_bit_of_it()
    {
        var evaluation = new NeedleEvaluation(_model, _tiny.Tokenizer, "model");
        var alone = evaluation.AskCollective(s_options, new LoopbackCommunicator());

        Assert.Equal(
            [(160, 0), (160, 0.5), (160, 1), (224, 0), (224, 0.5), (224, 1)],
            alone.Select(cell => (cell.Length, cell.Depth)));
        Assert.All(alone, cell => Assert.Equal((0, 2), (cell.Right, cell.Asked)));
        using var world = new ThreadWorld(2);
        var together = world.Run(communicator =>
        {
            ComputeThreads.Set(1);
            using var model = new MiniCpmForCausalLM(s_shape);
            using var parameters = FlatParameters.BindFrozen(model);
            parameters.Initialize(3);
            return new NeedleEvaluation(model, _tiny.Tokenizer, "model").AskCollective(s_options, communicator);
        });
        Assert.All(together, cells => Assert.Equal(alone, cells));
        Assert.Equal(ExpectedLoss(160, 0.5), alone[1].Loss, 1e-5);
    }

    // The likeliest next token of such a model is a fixed function of the last one, so what it writes can be made the
    // answer: greedy generation has to agree with the answer being right.
    [Fact]
    public void An_answer_is_right_where_greedy_generation_would_write_it()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var fitter = new RecallFitter(_tiny.Tokenizer);
        var item = fitter.Make(new RecallMaker(RecallKind.Passkey, 1, 1), 0, 0.5, 160);
        var (ids, answer) = fitter.Encode(item);
        var prompt = new List<int> { _tiny.Tokenizer.BosId };
        prompt.AddRange(ids[..^answer]);
        for (var i = 0; i < answer; i++)
        {
            var input = tensor(prompt.Select(id => (long)id).ToArray()).unsqueeze(0);
            prompt.Add((int)_model.NextLogits(input).narrow(1, 0, _tiny.Tokenizer.PieceCount).argmax(1).item<long>());
        }
        int[] written = [.. prompt[^answer..]];
        int[] spoilt = [.. written.SkipLast(1), (written[^1] + 1) % _tiny.Tokenizer.PieceCount];
        int[] question = [.. prompt[1..^answer]];

        Assert.True(NeedleEvaluation.Judge(_model, _tiny.Tokenizer, [.. question, .. written], answer).IsRight);
        Assert.False(NeedleEvaluation.Judge(_model, _tiny.Tokenizer, [.. question, .. spoilt], answer).IsRight);
    }

    [Fact]
    public void Losses_by_position_add_up_to_the_loss_of_all_tokens_and_count_from_each_documents_begin()
    {
        using var data = new TinyData();
        using var set = TokenDataset.Open(data.Source("data").Path, "held-out");
        using var model = new MiniCpmForCausalLM(data.Options().Model.Shape);
        using var parameters = FlatParameters.BindFrozen(model);
        parameters.Initialize(3);

        var ranges = new PositionEvaluation(model, [set], 8).LossesCollective(new LoopbackCommunicator());

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (sum, tokens, first) = (0.0, 0L, 0L);
        for (var i = 0L; i < 8; i++)
        {
            var batch = MicroBatch.Read([set], [new(0, i * set.SequenceCount / 8)]);
            sum += model.LossSum(
                tensor(batch.Ids, [1, 16]), tensor(batch.Targets, [1, 16]), batch.SegmentLengths).item<double>();
            tokens += batch.Targets.Count(target => target >= 0);
            first += batch.SegmentLengths.Count;
        }
        Assert.Equal(tokens, ranges.Sum(range => range.Tokens));
        Assert.Equal(sum, ranges.Sum(range => range.Loss * range.Tokens), 1e-3);
        // Every document, or piece of one, has one token with one before it.
        Assert.Equal((1, 1, first), (ranges[0].From, ranges[0].To, ranges[0].Tokens));
        Assert.Equal(16, ranges[^1].To);
    }

    private double ExpectedLoss(int length, double depth)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var fitter = new RecallFitter(_tiny.Tokenizer);
        var (sum, count) = (0.0, 0);
        for (var trial = 0UL; trial < 2; trial++)
        {
            var item = fitter.Make(new RecallMaker(RecallKind.Passkey, 1, 1), (1UL << 40) + trial, depth, length);
            var (ids, answer) = fitter.Encode(item);
            long[] all = [_tiny.Tokenizer.BosId, .. ids.Select(id => (long)id)];
            var logits = _model.Logits(tensor(all[..^1]).unsqueeze(0))[0].narrow(1, 0, _tiny.Tokenizer.PieceCount);
            var likely = logits.log_softmax(-1);
            for (var i = all.Length - 1 - answer; i < all.Length - 1; i++)
                sum -= likely[i, all[i + 1]].item<float>();
            count += answer;
        }
        return sum / count;
    }
}
