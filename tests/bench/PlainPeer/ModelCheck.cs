using MiniCpmDist.Core.Model;
using MiniCpmDist.Engine.Model;
using TorchSharp;
using static TorchSharp.torch;

namespace MiniCpmDist.PlainPeer;

/// <summary>The peer must train the same model: its loss is held to the runtime's before anything is timed.</summary>
internal static class ModelCheck
{
    private const double Tolerance = 1e-5;

    public static void Run()
    {
        var shape = new ModelShape
        {
            HiddenSize = 64,
            IntermediateSize = 160,
            Layers = 3,
            Heads = 4,
            KeyValueHeads = 4,
            HeadDim = 16,
            VocabularySize = 97,
            DimModelBase = 32,
        };
        random.manual_seed(2);
        using var peer = new PlainMiniCpm(shape, length: 48);
        using var ours = new MiniCpmForCausalLM(shape);
        var weights = peer.named_parameters().ToDictionary(named => named.name, named => named.parameter);
        using (no_grad())
        {
            foreach (var (name, parameter) in ours.named_parameters())
                parameter.copy_(weights[name].add_(randn_like(weights[name]).mul_(0.05)));
            var ids = randint(shape.VocabularySize, [2, 48], ScalarType.Int64);
            var distance = (peer.Logits(ids) - ours.Logits(ids)).abs().max().item<float>();
            if (!(distance < Tolerance))
                throw new InvalidOperationException($"The peer computes another model: logits differ by {distance}.");
            Console.WriteLine($"the peer computes the runtime's model: logits differ by at most {distance:E1}");
        }
    }
}
