using System.Net.Sockets;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Randomness;

namespace MiniCpmDist.Coordinator.Tests;

public class GarbageTests
{
    private static readonly byte[] s_preface = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"u8.ToArray();
    // SETTINGS without any, so that the server goes on to read frames.
    private static readonly byte[] s_settings = [0, 0, 0, 4, 0, 0, 0, 0, 0];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Garbage_on_the_port_harms_neither_the_service_nor_other_callers()
    {
        await using var run = await CoordinatedRun.StartAsync();
        run.Control.Observe(Some.Status(1));
        await using var watch = run.Client.WatchAsync(cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await watch.MoveNextAsync());

        foreach (var garbage in Garbage())
            await ThrowAsync(run.Address, garbage);

        Assert.Equal(1, (await run.Client.StatusAsync(cancellationToken: Token)).Status?.Step);
        using var fresh = RunControlClient.Connect(run.Address);
        Assert.Equal(1, (await fresh.StatusAsync(cancellationToken: Token)).Status?.Step);
        run.Control.Observe(Some.Status(2));
        Assert.True(await watch.MoveNextAsync());
    }

    private static IEnumerable<byte[]> Garbage()
    {
        for (var seed = 1ul; seed <= 120; seed++)
        {
            var noise = Noise(seed, (int)(seed * 37 % 900));
            yield return (seed % 4) switch
            {
                0 => noise,
                1 => [.. s_preface, .. noise],
                2 => [.. s_preface, .. s_settings, .. noise],
                // A frame of a random type that promises sixteen million bytes and has a few.
                _ => [.. s_preface, .. s_settings, 0xFF, 0xFF, 0xFF, (byte)(seed % 10), (byte)seed, 0, 0, 0, 1,
                    .. noise],
            };
        }

        for (var length = 0; length < s_preface.Length; length += 5)
            yield return s_preface[..length];
        yield return "GET / HTTP/1.1\r\nHost: x\r\n\r\n"u8.ToArray();
        yield return [0x16, 3, 1, 2, 0, 1, 0, 1, 0xFC, 3, 3]; // The beginning of TLS.
    }

    private static byte[] Noise(ulong seed, int length)
    {
        var noise = new byte[length];
        for (var at = 0; at < length; at++)
            noise[at] = (byte)CounterRandom.UInt64(seed, "noise", (ulong)at);
        return noise;
    }

    private static async Task ThrowAsync(string address, byte[] garbage)
    {
        using var client = new TcpClient();
        await client.ConnectAsync("127.0.0.1", new Uri(address).Port, Token);
        try
        {
            await client.GetStream().WriteAsync(garbage, Token);
        }
        catch (IOException)
        {
            // It has hung up already.
        }
    }
}
