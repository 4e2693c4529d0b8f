using System.Diagnostics;
using System.Text.Json;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Native.Mpi;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace MiniCpmDist.PlainPeer;

/// <summary>
/// One rank of a training as a user of TorchSharp and MPI writes it; a world of one needs no launcher.
/// </summary>
internal static class PlainRank
{
    private const double ClipNorm = 1.0;
    private const int WarmupSteps = 20;

    /// <param name="settings">What is trained.</param>
    /// <param name="resultPath">Takes rank 0's report, in JSON.</param>
    public static void RunCollective(PeerSettings settings, string resultPath)
    {
        using var world = MpiWorld.Initialize();
        set_num_threads(settings.Threads);
        using var data = TokenDataset.Open(settings.Data, "train");
        random.manual_seed(1);
        using var model = new PlainMiniCpm(settings.Shape, data.SequenceLength);
        model.to(settings.Precision);
        using var optimizer = Optimizer(model, settings);
        var order = Enumerable.Range(0, (int)data.SequenceCount).ToArray();
        new Random(1).Shuffle(order);
        var rates = optimizer.ParamGroups.Select(group => group.LearningRate).ToList();
        var (seconds, losses) = (new List<double>(), new List<double>());
        for (var step = 0; step < settings.Steps; step++)
        {
            var began = Stopwatch.GetTimestamp();
            using var scope = NewDisposeScope();
            // The learning rate rises over the first steps, as on the other sides.
            var factor = Math.Min(1.0, (step + 1.0) / Math.Min(settings.Steps, WarmupSteps));
            foreach (var (group, rate) in optimizer.ParamGroups.Zip(rates))
                group.LearningRate = rate * factor;
            var first = (step * world.WorldSize + world.Rank) * settings.MicroBatch;
            var (ids, targets) = Batch(data, order, first, settings.MicroBatch);
            optimizer.zero_grad();
            var loss = model.call(ids, targets);
            loss.backward();
            AverageCollective(world, model);
            nn.utils.clip_grad_norm_(model.parameters(), ClipNorm);
            optimizer.step();
            losses.Add(loss.to(ScalarType.Float64).item<double>());
            seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
        }
        var peaks = PeaksCollective(world);
        if (world.Rank == 0)
        {
            File.WriteAllText(
                resultPath, JsonSerializer.Serialize(new { seconds, losses, peak_bytes = peaks, facts = Facts() }));
        }
        world.BarrierCollective();
    }

    // muP: matrices inside the layers learn slower; embedding and norms do not. Everything decays.
    private static AdamW Optimizer(PlainMiniCpm model, PeerSettings settings)
    {
        var groups = model.named_parameters()
            .GroupBy(named => named.parameter.dim() == 2 && named.name.Contains(".layers."))
            .Select(group => new AdamW.ParamGroup(
                group.Select(named => named.parameter),
                new AdamW.Options
                {
                    LearningRate = settings.LearningRate / (group.Key ? settings.Shape.ScaleWidth : 1),
                    InitialLearningRate = settings.LearningRate / (group.Key ? settings.Shape.ScaleWidth : 1),
                    beta1 = 0.9,
                    beta2 = 0.95,
                    eps = 1e-8,
                    weight_decay = 0.1,
                }));
        return optim.AdamW(groups, settings.LearningRate, 0.9, 0.95, 1e-8, 0.1);
    }

    private static (Tensor Ids, Tensor Targets) Batch(TokenDataset data, int[] order, int first, int count)
    {
        var length = data.SequenceLength;
        var (ids, targets) = (new long[count * length], new long[count * length]);
        for (var i = 0; i < count; i++)
        {
            data.Read(
                order[(first + i) % order.Length], ids.AsSpan(i * length, length), targets.AsSpan(i * length, length),
                []);
        }
        return (tensor(ids).view(count, length), tensor(targets).view(count, length));
    }

    /// <summary>The mean of all ranks' gradients: one flat float32 buffer, one all-reduce.</summary>
    private static void AverageCollective(MpiWorld world, PlainMiniCpm model)
    {
        if (world.WorldSize == 1)
            return;
        var gradients = model.parameters().Select(parameter => parameter.grad!).ToList();
        var flat = cat([.. gradients.Select(gradient => gradient.reshape(-1).to(ScalarType.Float32))]);
        AddCollective(world, flat);
        flat.div_(world.WorldSize);
        long at = 0;
        foreach (var gradient in gradients)
        {
            var count = gradient.numel();
            gradient.copy_(flat.narrow(0, at, count).view(gradient.shape));
            at += count;
        }
    }

    private static unsafe void AddCollective(MpiWorld world, Tensor flat)
    {
        fixed (byte* address = flat.bytes)
            world.AllReduceCollective((nint)address, flat.numel());
    }

    private static long[] PeaksCollective(MpiWorld world)
    {
        using var peaks = zeros(world.WorldSize);
        // In MiB, which float32 holds exactly.
        const string Field = "VmHWM:";
        var line = File.ReadLines("/proc/self/status")
            .First(text => text.StartsWith(Field, StringComparison.Ordinal));
        peaks[world.Rank] = long.Parse(line[Field.Length..^2]) / 1024;
        AddCollective(world, peaks);
        return [.. peaks.data<float>().Select(mebibytes => (long)mebibytes << 20)];
    }

    private static object Facts() => new { torch = $"TorchSharp {typeof(torch).Assembly.GetName().Version}" };
}
