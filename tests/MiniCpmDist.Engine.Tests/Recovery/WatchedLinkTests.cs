using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Runs.Folder;
using MiniCpmDist.Runs.Recovery;

namespace MiniCpmDist.Engine.Tests.Recovery;

public sealed class WatchedLinkTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(30);
    private readonly string _folder = Directory.CreateTempSubdirectory("minicpm-heartbeat-").FullName;

    [Fact]
    public void Who_waits_on_a_link_says_so_and_who_is_back_does_not()
    {
        var run = new RunFolder(_folder);
        using var heartbeat = new HeartbeatWriter(rank: 0);
        heartbeat.Start(run, TimeSpan.FromMilliseconds(10));
        var waited = false;
        using var link = new WatchedLink(new LinkThatWaits(() => waited = Says("wait for a test")), heartbeat);

        link.Wait();

        Assert.True(waited);
        Assert.True(Says(null));

        bool Says(string? call) => SpinWait.SpinUntil(
            () => HeartbeatFolder.Read(run) is [{ } only] && only.Call == call, s_patience);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private sealed class LinkThatWaits(Action wait) : ITensorLink
    {
        public int Rank => 0;

        public int WorldSize => 1;

        public bool IsImmediate => false;

        public string Description => "a test";

        public void Wait() => wait();

        public void Exchange(int peer, nint send, long sendCount, nint receive, long receiveCount, ElementType type) =>
            throw new NotSupportedException();

        public void AllReduce(nint send, nint receive, long count, ElementType type) =>
            throw new NotSupportedException();

        public void ReduceScatter(nint send, nint receive, long receiveCount, ElementType type) =>
            throw new NotSupportedException();

        public void AllGather(nint send, nint receive, long sendCount, ElementType type) =>
            throw new NotSupportedException();

        public void Group(Action calls) => throw new NotSupportedException();

        public void LeaveCollective() => throw new NotSupportedException();

        public void Dispose() { }
    }
}
