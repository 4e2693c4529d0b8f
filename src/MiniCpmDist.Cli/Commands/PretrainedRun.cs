using System.Text.Json;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Cli.Commands;

/// <summary>Options of a run that begins with the model of a Hugging Face folder.</summary>
internal static class PretrainedRun
{
    private const int Longest = 4096;

    // The learning rate of MiniCPM's stable phase; fine-tuning begins with a tenth of it.
    private const double StableRate = 0.01;

    /// <exception cref="ConfigurationException">The folder is not that of a MiniCPM model.</exception>
    public static RunOptions Options(string folder)
    {
        var config = Path.Combine(folder, "config.json");
        var text = InputFile.ReadText(config);
        var shape = HuggingFaceConfig.Read(text);
        var length = MaxPositions(text);
        return new RunOptions
        {
            Name = "model",
            Model = new ModelOptions(null, shape),
            InitFrom = Path.GetFullPath(folder),
            Data = new DataOptions { Sources = [], SequenceLength = length },
            Schedule = new ScheduleOptions { LearningRate = StableRate, TokenBatch = 32L * length },
        };
    }

    private static int MaxPositions(string config)
    {
        using var document = JsonDocument.Parse(config);
        return document.RootElement.TryGetProperty("max_position_embeddings", out var value)
            && value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var most) && most is >= 1 and < Longest
            ? most
            : Longest;
    }
}
