using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Native.TorchExt;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Evaluation;

public sealed class ExpertScoresTests : IDisposable
{
    private readonly MiniCpmForCausalLM _model;
    private readonly FlatParameters _parameters;

    // Odd widths, as everywhere where bits must not depend on neighbours.
    private static readonly ModelShape s_shape = new()
    {
        HiddenSize = 36,
        IntermediateSize = 28,
        Layers = 2,
        Heads = 6,
        KeyValueHeads = 2,
        HeadDim = 6,
        VocabularySize = 97,
        DimModelBase = 18,
        Experts = 5,
        ExpertsPerToken = 2,
    };

    public ExpertScoresTests()
    {
        ComputeThreads.Set(1);
        _model = new MiniCpmForCausalLM(s_shape);
        _parameters = FlatParameters.BindFrozen(_model);
        _parameters.Initialize(seed: 5);
        foreach (ref var value in _parameters.Values.Span(0, (int)_parameters.Values.Length))
            value *= 3;
    }

    [Fact]
    public void A_log_probability_has_the_same_bits_whatever_other_texts_are_in_the_pass()
    {
        var random = new Random(1);
        var texts = Enumerable.Range(0, 12)
            .Select(_ => Enumerable.Range(0, random.Next(1, 60)).Select(_ => random.Next(97)).ToArray())
            .ToArray();

        var together = Score(texts);

        for (var i = 0; i < texts.Length; i++)
            Assert.Equal(together[i], Score([texts[i]])[0]);
    }

    [Fact]
    public void A_cache_gives_the_scores_of_all_positions_at_once()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var ids = arange(0, 40).to(ScalarType.Int64).view(1, -1);
        using var cache = _model.NewCache(40);
        foreach (var count in (int[])[7, 1, 1, 20, 1, 10])
        {
            var found = _model.NextLogits(ids.narrow(1, cache.Length, count), cache);

            var expected = _model.NextLogits(ids.narrow(1, 0, cache.Length));
            var error = (found - expected).abs().max().item<float>();
            Assert.InRange(error, 0, 1e-5 * expected.abs().max().item<float>());
        }
    }

    public void Dispose()
    {
        _parameters.Dispose();
        _model.Dispose();
    }

    private float[][] Score(int[][] texts)
    {
        var branches = texts.Select(ids => new TokenBranch(ids)).ToArray();
        var wanted = branches.SelectMany(branch => branch.Ids.Select((id, i) => (branch, i, (id + 1) % 97))).ToArray();
        var all = _model.LogProbabilities(branches, wanted);
        var first = 0;
        return [.. texts.Select(ids => all[first..(first += ids.Length)])];
    }
}
