using MiniCpmDist.Core.Model;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Model.Fused;
using MiniCpmDist.Engine.Model.Graph;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

public sealed class StrandsParityTests
{
    [Theory]
    [InlineData(2, ActivationCheckpointing.None)]
    [InlineData(4, ActivationCheckpointing.None)]
    [InlineData(4, ActivationCheckpointing.Selective)]
    [InlineData(4, ActivationCheckpointing.Full)]
    public void Losses_and_every_gradient_of_sequences_that_are_cut_agree_with_a_reference_that_knows_no_cut(
        int strands, ActivationCheckpointing checkpointing)
    {
        // Three rows of 96 in stretches of 24 or 12: documents of 70 and 96 cross them, others begin inside of them.
        using var golden = GoldenFile.Open("packed-segments");
        using var started = new GoldenModel(golden, KernelSet.Fused, strands: strands);
        using var scope = NewDisposeScope();
        using var decoder = new ContextDecoder(
            started.Model,
            [.. Enumerable.Range(0, strands).Select(started.Flat.Parameters.OfStrand)],
            new ContextLink(RankLink.OnHost(new LoopbackCommunicator()), [0]), checkpointing, reached: null);
        int[] lengths = [.. golden["segment_lengths"].data<long>().Select(length => (int)length)];
        var positions = golden.Facts.GetProperty("loss_positions").GetInt64();

        var losses = decoder.LossCollective(
            golden["input_ids"].data<long>().ToArray(), golden["targets"].data<long>().ToArray(), lengths!,
            sequences: 3);
        var loss = losses.Select(strand => strand.Sum).Aggregate((sum, strand) => sum + strand) / positions;
        BackwardPass.Run(loss);
        started.Flat.Gradients.ReduceScatterCollective();

        golden.RequireClose("loss", loss);
        foreach (var (name, parameter) in started.Model.named_parameters())
            golden.RequireClose("gradient." + name, parameter.grad!);
    }
}
