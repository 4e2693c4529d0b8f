using MiniCpmDist.Data.Building;

namespace MiniCpmDist.Cli.Display;

/// <summary>Progress of a data build: what an earlier attempt has left, how far this one is, and when it will
/// end.</summary>
internal sealed class DataBuildDisplay(Screen screen)
{
    private readonly WorkDisplay _work = new(screen);
    private WorkDisplay? _packing;
    private bool _begun;

    public void Show(DataBuildProgress now)
    {
        if (!_begun && now.UnitsBefore > 0)
            screen.Line($"going on: {now.UnitsBefore} of {now.UnitsTotal} units are done");
        _begun = true;
        if (now.Stage == DataBuildStage.Packing)
            _packing ??= new WorkDisplay(screen);
        var display = _packing ?? _work;
        display.Show(() => now.Stage == DataBuildStage.Packing
            ? $"packing: unit {now.UnitsDone} of {now.UnitsTotal} | {display.Eta(now.BytesDone, now.BytesTotal)}"
            : $"tokenizing: {SizeText.Of(now.BytesDone)} of {SizeText.Of(now.BytesTotal)}"
                + $" | unit {now.UnitsDone} of {now.UnitsTotal} | {ProgressText.Tokens(now.Tokens)} tokens"
                + $" | {display.Eta(now.BytesDone - now.BytesBefore, now.BytesTotal - now.BytesBefore)}");
    }

    public void Done(DataBuildReport report)
    {
        var manifest = report.Manifest;
        if (manifest.Train.Sequences == 0)
            Warn("train", "give more text, or a smaller --sequence-length");
        if (report.Part == 1 && manifest.HeldOutFraction > 0 && manifest.HeldOut.Sequences == 0)
        {
            Warn("held-out", "give more text, a larger --held-out or a smaller --sequence-length, "
                + "or hold nothing out with `--held-out 0`");
        }
        _work.PassedOver(report.PassedOver);
        _work.Done($"{report.Folder}: {DataFolderText.Summary(manifest)}");
        if (report.Part > 1)
        {
            screen.Line(
                $"part {report.Part} of the source: a run reads it once its file says `parts: {report.Part}` below the "
                + "source, and it is resumed");
        }

        void Warn(string split, string remedy) => screen.Line(
            $"warning: {split} holds no whole sequence of {manifest.SequenceLength} tokens; a run needs at least one: "
            + remedy);
    }
}
