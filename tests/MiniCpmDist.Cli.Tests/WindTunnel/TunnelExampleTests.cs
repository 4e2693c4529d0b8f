using System.Reflection;
using MiniCpmDist.Cli.WindTunnel;
using MiniCpmDist.Core.WindTunnel;

namespace MiniCpmDist.Cli.Tests.WindTunnel;

/// <summary>The file that the help of every experiment names.</summary>
public class TunnelExampleTests
{
    private static readonly string s_file = Path.Combine(
        typeof(TunnelExampleTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "RepositoryRoot").Value!,
        "launch/examples/tunnel.yaml");

    [Theory]
    [InlineData(TunnelKinds.Search)]
    [InlineData(TunnelKinds.Ladder)]
    [InlineData(TunnelKinds.Batch)]
    [InlineData(TunnelKinds.Rates)]
    [InlineData(TunnelKinds.Schedules)]
    public void The_example_has_what_each_experiment_needs(string kind)
    {
        var options = TunnelExperiment.Read(kind, "x", s_file).Options();
        Assert.True(TunnelKinds.All[kind].Plan(options, "x").Count > 2);
    }

    [Fact]
    public void A_run_that_measures_speed_has_the_steps_that_it_was_asked_for_and_no_decay()
    {
        var options = TunnelExperiment.Read(TunnelKinds.Rates, "x", s_file).Options();
        var falling = options with { Rates = options.Rates! with { DecayPercent = 50 } };
        var run = TunnelPlan.Rates(falling, "x")[0];
        Assert.True(run.Options.Schedule.Decay > 0);
        var schedule = SpeedProbe.Short(run, "speed-1", 6).Schedule;
        Assert.Equal(6 * schedule.TokenBatch, schedule.Warmup + schedule.Stable + schedule.Decay);
    }
}
