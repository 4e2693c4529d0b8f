using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using MiniCpmDist.Engine.Model.Graph;
using static TorchSharp.torch;

namespace MiniCpmDist.Engine.Tests.Model;

/// <summary>The model of a golden file with its starting weights, whose bits are checked.</summary>
public sealed class GoldenModel : IDisposable
{
    public GoldenModel(
        GoldenFile golden, KernelSet kernels,
        ActivationCheckpointing checkpointing = ActivationCheckpointing.None, int strands = 1)
    {
        var shape = golden.Shape;
        Model = new MiniCpmForCausalLM(shape, kernels: kernels, checkpointing: checkpointing, lora: golden.Lora);
        Flat = new FlatModel(Model, strands);
        var seed = golden.Facts.GetProperty("seed").GetUInt64();
        Flat.Frozen?.Initialize(seed);
        Flat.Parameters.Initialize(seed);
        var fingerprints = golden.Facts.GetProperty("initial_parameters_sha256");
        foreach (var (name, parameter) in Model.named_parameters())
        {
            // B begins with zeros.
            if (name.EndsWith("lora_B.weight", StringComparison.Ordinal))
            {
                Assert.Equal(0, parameter.detach().abs().sum().item<float>());
                continue;
            }
            using var scope = NewDisposeScope();
            var bits = MemoryMarshal.AsBytes<float>(parameter.detach().data<float>().ToArray());
            Assert.Equal(fingerprints.GetProperty(name).GetString(), Convert.ToHexStringLower(SHA256.HashData(bits)));
        }
    }

    public MiniCpmForCausalLM Model { get; }

    public FlatModel Flat { get; }

    /// <summary>Mean loss over the loss-bearing positions; its gradients replace those of the call before.</summary>
    public Tensor LossAndGradients(Tensor ids, Tensor targets)
    {
        Flat.Gradients.Clear();
        var positions = targets.data<long>().ToArray().Count(target => target >= 0);
        var loss = Model.LossSum(ids, targets) / positions;
        BackwardPass.Run(loss);
        return loss;
    }

    /// <summary>
    /// Holds losses, logits and every gradient of packed rows, whose segments the file has, to the file's.
    /// </summary>
    public void RequirePackedRows(GoldenFile golden)
    {
        using var scope = NewDisposeScope();
        var lengths = golden["segment_lengths"].data<long>().Select(length => (int)length).ToArray();
        var (ids, targets) = (golden["input_ids"], golden["targets"]);
        var tokenLosses = zeros(ids.shape, ScalarType.Float32);

        var loss = Model.LossSum(ids, targets, lengths, tokenLosses)
            / golden.Facts.GetProperty("loss_positions").GetInt64();
        BackwardPass.Run(loss);

        golden.RequireClose("loss", loss);
        golden.RequireClose("token_losses", tokenLosses);
        foreach (var (name, parameter) in Model.named_parameters())
            golden.RequireClose("gradient." + name, parameter.grad!);
        using var frozen = no_grad();
        golden.RequireClose("logits", Model.Logits(ids, lengths));
    }

    public void Dispose()
    {
        Flat.Dispose();
        Model.Dispose();
    }
}
