using MiniCpmDist.Cli.Telemetry;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Cli.Tests.Telemetry;

public sealed class BuildMetricsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_file_is_whole_and_written_at_first_every_five_seconds_and_at_the_end()
    {
        var clock = new HandClock();
        var path = _folder["build.prom"];
        var file = new BuildMetricsFile(path, "a \"source\"", clock);

        file.Write(Now(bytes: 1));
        Assert.Contains(
            "minicpm_data_build_bytes{source=\"a \\\"source\\\"\",stage=\"tokenizing\"} 1\n", File.ReadAllText(path),
            StringComparison.Ordinal);
        clock.Turn(4);
        file.Write(Now(bytes: 2));
        Assert.DoesNotContain("} 2\n", File.ReadAllText(path), StringComparison.Ordinal);
        clock.Turn(2);
        file.Write(Now(bytes: 3));
        Assert.Contains("} 3\n", File.ReadAllText(path), StringComparison.Ordinal);
        file.Write(Now(bytes: 9) with { Stage = DataBuildStage.Packing, UnitsDone = 7 });

        var lines = File.ReadAllLines(path);
        Assert.Contains("minicpm_data_build_units{source=\"a \\\"source\\\"\",stage=\"packing\"} 7", lines);
        Assert.Equal(18, lines.Length);
    }

    private static DataBuildProgress Now(long bytes) =>
        new(DataBuildStage.Tokenizing, 10, 11, bytes, 12, 0, UnitsDone: 5, UnitsTotal: 7, UnitsBefore: 0);
}
