using System.Runtime.InteropServices;
using MiniCpmDist.Cli.Hosting;

namespace MiniCpmDist.Cli.Tests.Hosting;

public sealed class SaveSignalsTests
{
    [Theory]
    [InlineData(PosixSignal.SIGTERM, 60, true, false)]
    [InlineData(PosixSignal.SIGINT, 0.1, true, false)]
    [InlineData(PosixSignal.SIGINT, 0.5, true, true)]
    public void In_training_only_a_persons_second_Ctrl_C_ends_what_is_being_saved(
        PosixSignal signal, double seconds, bool isWatched, bool ends) =>
        Assert.Equal(ends, SaveSignals.EndsAtOnce(signal, TimeSpan.FromSeconds(seconds), isWatched));

    [Theory]
    [InlineData(PosixSignal.SIGTERM, 1, false)]
    [InlineData(PosixSignal.SIGTERM, 3, true)]
    [InlineData(PosixSignal.SIGHUP, 3, true)]
    [InlineData(PosixSignal.SIGINT, 0.5, true)]
    public void A_start_that_waits_for_ever_is_ended_by_asking_again(PosixSignal signal, double seconds, bool ends) =>
        Assert.Equal(ends, SaveSignals.EndsAtOnce(signal, TimeSpan.FromSeconds(seconds), isWatched: false));
}
