using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using MiniCpmDist.Engine.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>What golden files do not ask of fused kernels: other ways into the same numbers.</summary>
public sealed class FusedModelTests : IDisposable
{
    private readonly MiniCpmForCausalLM _model;
    private readonly FlatModel _flat;
    private readonly DisposeScope _scope;

    public FusedModelTests()
    {
        (_model, _flat) = Create(SmallModel.Shape with { TieWordEmbeddings = false }, KernelSet.Fused);
        _scope = NewDisposeScope();
    }

    [Fact]
    public void A_factor_that_is_known_beforehand_gives_the_gradients_of_one_that_is_not()
    {
        var (ids, targets) = Batch();

        var unknown = Gradients(() => BackwardPass.Run(_model.LossSum(ids, targets) / 50));
        var known = Gradients(() => BackwardPass.Run(_model.LossSum(ids, targets, gradientFactor: 1.0 / 50) / 50));

        RequireClose(unknown, known, 1e-6);
    }

    [Fact]
    public void Going_back_with_another_factor_than_was_told_is_refused()
    {
        var (ids, targets) = Batch();
        var loss = _model.LossSum(ids, targets, gradientFactor: 1.0 / 50) / 49;

        var refusal = Assert.Throws<InvalidOperationException>(() => BackwardPass.Run(loss));

        Assert.Contains("Expected to go back with the factor 0.02", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Micro_batches_add_their_gradients()
    {
        var (ids, targets) = Batch();

        var once = Gradients(() => BackwardPass.Run(_model.LossSum(ids, targets)));
        var twice = Gradients(() =>
        {
            BackwardPass.Run(_model.LossSum(ids, targets, gradientFactor: 1));
            BackwardPass.Run(_model.LossSum(ids, targets, gradientFactor: 1));
        });

        RequireClose([.. once.Select(value => 2 * value)], twice, 1e-6);
    }

    [Fact]
    public void The_loss_without_gradient_has_the_bits_of_the_loss_with_it()
    {
        var (ids, targets) = Batch();
        var with = _model.LossSum(ids, targets).item<double>();

        using var frozen = no_grad();

        Assert.Equal(with, _model.LossSum(ids, targets).item<double>());
    }

    [Fact]
    public void Segments_of_all_rows_have_the_token_losses_of_plain_kernels()
    {
        var (ids, targets) = Batch();
        int[] segments = [9, 8, 1, 16, 3, 14];
        var plain = new float[ids.numel()];
        With(KernelSet.Plain, withGradients: true, model => plain = TokenLosses(model, ids, targets, segments));

        RequireClose(plain, TokenLosses(_model, ids, targets, segments), 1e-6);
    }

    [Fact]
    public void A_model_that_only_evaluates_gives_a_loss_and_makes_no_graph() =>
        With(KernelSet.Fused, withGradients: false, model =>
        {
            var (ids, targets) = Batch();
            var loss = model.LossSum(ids, targets);

            Assert.True(double.IsFinite(loss.item<double>()));
            Assert.False(loss.requires_grad);
        });

    [Fact]
    public void An_id_that_no_piece_has_is_named()
    {
        var (ids, targets) = Batch();
        ids[0, 0] = SmallModel.Shape.VocabularySize;

        Assert.Contains(
            "found 61", Assert.ThrowsAny<Exception>(() => _model.LossSum(ids, targets)).Message,
            StringComparison.Ordinal);
    }

    public void Dispose()
    {
        _scope.Dispose();
        _flat.Dispose();
        _model.Dispose();
    }

    /// <summary>Another model of the same weights; a scope that is open would take its parameters.</summary>
    private void With(KernelSet kernels, bool withGradients, Action<MiniCpmForCausalLM> use)
    {
        var model = new MiniCpmForCausalLM(_model.Shape, kernels: kernels);
        var whole = withGradients ? new FlatModel(model) : null;
        var flat = whole?.Parameters ?? FlatParameters.BindFrozen(model);
        flat.Initialize(seed: 3);
        foreach (var (_, parameter) in model.named_parameters())
            parameter.DetachFromDisposeScope();
        use(model);
        flat.Dispose();
        whole?.Dispose();
        model.Dispose();
    }

    private static (MiniCpmForCausalLM Model, FlatModel Flat) Create(ModelShape shape, KernelSet kernels)
    {
        var model = new MiniCpmForCausalLM(shape, kernels: kernels);
        var flat = new FlatModel(model);
        flat.Parameters.Initialize(seed: 3);
        return (model, flat);
    }

    private static (Tensor Ids, Tensor Targets) Batch() =>
        (SmallModel.RandomIds(1, 3, 17), SmallModel.RandomIds(2, 3, 17));

    private static float[] TokenLosses(MiniCpmForCausalLM model, Tensor ids, Tensor targets, int[] segments)
    {
        var losses = zeros(ids.shape, ScalarType.Float32);
        model.LossSum(ids, targets, segments, losses);
        return losses.data<float>().ToArray();
    }

    private float[] Gradients(Action backward)
    {
        _flat.Gradients.Clear();
        backward();
        return _flat.Gradients.Sums.Span(0, (int)_flat.Gradients.Sums.Length).ToArray();
    }

    private static void RequireClose(float[] expected, float[] found, double limit)
    {
        var error = Math.Sqrt(expected.Zip(found, (a, b) => ((double)a - b) * ((double)a - b)).Sum());
        Assert.InRange(error / Math.Sqrt(expected.Sum(value => (double)value * value)), 0, limit);
    }
}
