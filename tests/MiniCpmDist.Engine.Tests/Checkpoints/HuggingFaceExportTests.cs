using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Engine.Conversion;
using MiniCpmDist.Engine.Evaluation;
using MiniCpmDist.Native.TorchExt;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Engine.Tests.Checkpoints;

public sealed class HuggingFaceExportTests(TinyCheckpoint checkpoint) : IClassFixture<TinyCheckpoint>
{
    private const string Python = "/usr/bin/python3";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_reference_model_computes_our_held_out_loss_from_a_checkpoint_and_from_an_exported_folder(
        bool isExported)
    {
        Assert.SkipUnless(
            File.Exists(Python) && Run("-c", "import numpy, torch").ExitCode == 0,
            $"{Python} with torch and numpy is not there: apt-get install python3-torch python3-numpy");
        ComputeThreads.Set(1);
        using var model = TrainedModel.LoadCollective(
            checkpoint.RunPath, CheckpointChoice.Latest, new LoopbackCommunicator());
        var rows = HeldOutRows();
        var (losses, sequences) = model.HeldOutLossesCollective(new LoopbackCommunicator(), rows.Length);
        var ours = Assert.Single(losses);
        Assert.Equal(rows.Length, sequences);
        var folder = checkpoint.Copy().Path;
        if (isExported)
        {
            var source = ExportSource.Open(folder, CheckpointChoice.Latest);
            folder = Path.Combine(Path.GetDirectoryName(folder)!, "exported");
            new HuggingFaceExport(source, GgufType.F32, fileBytes: 1L << 30).Write(folder);
        }
        var ids = Path.Combine(folder, "ids.json");
        File.WriteAllText(ids, JsonSerializer.Serialize(new { rows }));

        var script = typeof(HuggingFaceExportTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(entry => entry.Key == "GoldenFolder").Value!;
        var check = Run(Path.Combine(script, "export_check.py"), folder, "--ids", ids);

        Assert.True(check.ExitCode == 0, check.Errors);
        using var answer = JsonDocument.Parse(check.Output);
        Assert.Equal(ours.Tokens, answer.RootElement.GetProperty("tokens").GetInt64());
        var theirs = answer.RootElement.GetProperty("loss").GetDouble();
        Assert.InRange(Math.Abs(ours.Loss - theirs) / theirs, 0, 1e-5);
    }

    /// <summary>Every sequence of the held-out split.</summary>
    private object[] HeldOutRows()
    {
        using var dataset = TokenDataset.Open(checkpoint.DataPath, "held-out");
        return [.. Enumerable.Range(0, (int)dataset.SequenceCount).Select(i =>
        {
            var (ids, targets, segments) = (new long[16], new long[16], new List<int>());
            dataset.Read(i, ids, targets, segments);
            return (object)new { ids, targets, segments };
        })];
    }

    private static (int ExitCode, string Output, string Errors) Run(params string[] arguments)
    {
        var start = new ProcessStartInfo(Python, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, errors.Result);
    }
}
