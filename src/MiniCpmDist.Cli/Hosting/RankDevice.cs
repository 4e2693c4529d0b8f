using MiniCpmDist.Cli.Launching;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Native.Cuda;
using MiniCpmDist.Native.Nccl;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Runs.Recovery;
using TorchSharp;

namespace MiniCpmDist.Cli.Hosting;

/// <summary>The device that a rank computes on, and what it moves tensors to the other ranks with.</summary>
internal sealed class RankDevice : IDisposable
{
    private readonly CudaSideStream? _side;

    private RankDevice(RankLink link, CudaSideStream? side) => (Link, _side) = (link, side);

    public RankLink Link { get; }

    /// <summary>Adds what is missing for the device that a run asks for; nothing is taken yet.</summary>
    public static void Require(RunOptions options, ProblemCollector problems)
    {
        if (options.Device == ComputeDevice.Cpu)
            return;
        const string Key = "device";
        if (!CudaDevices.AreSupported)
        {
            problems.Add(
                Key, "a libtorch with CUDA", $"libtorch {LibTorchInfo.Version} without it",
                "build with -p:TensorDevice=cuda, or write `device: cpu`");
            return;
        }
        problems.Require(
            CudaDevices.Count > RankWorld.LocalRank, Key, "a CUDA device for each rank of a host",
            $"{CudaDevices.Count} for local rank {RankWorld.LocalRank}", "start fewer ranks on each host");
        problems.Try(() => NcclLink.LoadLibrary(Environment.GetEnvironmentVariable(NcclLibrary.PathVariable)));
    }

    /// <summary>Selects the device, and meets the other ranks on it.</summary>
    /// <param name="options">For which <see cref="Require"/> has found no problem.</param>
    /// <param name="communicator">All ranks.</param>
    /// <param name="heartbeat">Of this rank.</param>
    public static RankDevice TakeCollective(RunOptions options, ICommunicator communicator, HeartbeatWriter heartbeat)
    {
        if (options.Device == ComputeDevice.Cpu)
            return new RankDevice(RankLink.OnHost(communicator), null);
        CudaDevices.Select(RankWorld.LocalRank);
        torch.set_default_device(torch.device(DeviceType.CUDA, RankWorld.LocalRank));
        var side = new CudaSideStream(RankWorld.LocalRank);
        var limits = LinkLimits.Standard.Before(options.Recovery.HangAfter);
        var link = NcclLink.JoinCollective(
            NcclLink.LoadLibrary(Environment.GetEnvironmentVariable(NcclLibrary.PathVariable)), communicator,
            side.Stream, limits, TimeProvider.System);
        return new RankDevice(new RankLink(new WatchedLink(link, heartbeat), side), side);
    }

    public void Dispose()
    {
        Link.Link.Dispose();
        _side?.Dispose();
    }
}
