using MiniCpmDist.Cli.Quickstart;

namespace MiniCpmDist.Cli.Tests.Quickstart;

public sealed class HeldOutTableTests : IDisposable
{
    private readonly QuickstartFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_last_evaluation_of_a_step_counts()
    {
        _folder.WriteHeldOut("first", (480, 9.25, 9.5), (48, 7.5, 7.5), (480, 4.125, 5.0625));
        var losses = HeldOutTable.Losses(Path.Combine(_folder.Places.Runs, "first"), 480);
        Assert.Equal((4.125, 5.0625), (losses["docs"], losses["code"]));
    }

    [Fact]
    public void A_loss_that_was_not_measured_is_a_dash_and_so_is_its_difference()
    {
        var table = new HeldOutTable(["docs", "code"]);
        var half = new Dictionary<string, double> { ["docs"] = 1 };
        table.Add("half", half);
        table.AddGain("gain", half, new Dictionary<string, double>());
        Assert.EndsWith("1.0000         -", table.Lines[1], StringComparison.Ordinal);
        Assert.EndsWith("        -         -", table.Lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_step_that_was_not_evaluated_has_no_losses() =>
        Assert.Empty(HeldOutTable.Losses(Path.Combine(_folder.Places.Runs, "none"), 480));
}
