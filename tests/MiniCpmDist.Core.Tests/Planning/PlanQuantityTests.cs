using MiniCpmDist.Core.Planning;

namespace MiniCpmDist.Core.Tests.Planning;

public sealed class PlanQuantityTests
{
    [Theory]
    [InlineData("80GB", 80e9)]
    [InlineData("24 GiB", 24.0 * (1 << 30))]
    [InlineData("1.5tb", 1.5e12)]
    [InlineData("512 MiB", 512.0 * (1 << 20))]
    [InlineData("1000", 1000.0)]
    [InlineData("7B", 7.0)]
    public void Bytes_are_read_with_their_unit(string text, double bytes)
    {
        Assert.True(PlanQuantity.TryBytes(text, out var found));
        Assert.Equal(bytes, found);
    }

    [Theory]
    [InlineData("5M")]
    [InlineData("0")]
    [InlineData("-3GB")]
    [InlineData("GB")]
    [InlineData("much")]
    [InlineData("")]
    public void What_is_no_amount_of_memory_is_refused(string text) => Assert.False(PlanQuantity.TryBytes(text, out _));

    [Theory]
    [InlineData("450GB/s", 450e9)]
    [InlineData("50 GB/S", 50e9)]
    public void Rates_are_bytes_a_second(string text, double rate)
    {
        Assert.True(PlanQuantity.TryBytesPerSecond(text, out var found));
        Assert.Equal(rate, found);
        Assert.False(PlanQuantity.TryBytesPerSecond(text[..^2], out _));
    }

    [Theory]
    [InlineData("5us", 5e-6)]
    [InlineData("1.5 ms", 1.5e-3)]
    [InlineData("2s", 2.0)]
    [InlineData("0.25", 0.25)]
    public void Times_are_read_with_their_unit(string text, double seconds)
    {
        Assert.True(PlanQuantity.TrySeconds(text, out var found));
        Assert.Equal(seconds, found, 1e-12);
    }
}
