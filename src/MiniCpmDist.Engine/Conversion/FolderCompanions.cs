using System.Text;
using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>What a model folder has beside its weights.</summary>
internal static class FolderCompanions
{
    private const int LargestFile = 64 << 20;

    // Files of a tokenizer that only some folders have; they belong to the pieces and not to the weights.
    private static readonly string[] s_tokenizerFiles =
        ["tokenizer.json", "special_tokens_map.json", "added_tokens.json", "chat_template.jinja"];

    /// <summary>Writes configuration, tokenizer and model card; what the source has is copied.</summary>
    public static void Write(string folder, ExportSource source, string config, ModelCard card)
    {
        var special = SpecialPieces.Read(source.Tokenizer);
        WriteText(folder, "config.json", config);
        Copy(
            HuggingFaceCompanions.GenerationName,
            () => HuggingFaceCompanions.Generation(special, StandardSampling.Temperature, StandardSampling.TopK));
        Copy(
            HuggingFaceCompanions.TokenizerName, () => HuggingFaceCompanions.Tokenizer(special, source.Positions));
        DurableFile.Write(folder, "tokenizer.model", stream => stream.Write(source.Tokenizer));
        foreach (var name in s_tokenizerFiles.Where(name => File.Exists(Path.Combine(source.Folder, name))))
            Copy(name, () => "");
        WriteText(folder, "README.md", card.Write());

        void Copy(string name, Func<string> otherwise)
        {
            var path = Path.Combine(source.Folder, name);
            WriteText(folder, name, File.Exists(path) ? InputFile.ReadText(path, LargestFile) : otherwise());
        }
    }

    /// <summary>Writes a small file of text.</summary>
    public static void WriteText(string folder, string name, string text) =>
        DurableFile.Write(folder, name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>Writes which file each tensor is in.</summary>
    public static void WriteIndex(string folder, long bytes, IEnumerable<(string Tensor, string File)> places)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("metadata");
            writer.WriteNumber("total_size", bytes);
            writer.WriteEndObject();
            writer.WriteStartObject("weight_map");
            foreach (var (tensor, file) in places)
                writer.WriteString(tensor, file);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        WriteText(folder, "model.safetensors.index.json", Encoding.UTF8.GetString(buffer.ToArray()) + "\n");
    }

    /// <summary>The model card, with the history of the run where the model is one's.</summary>
    public static ModelCard Card(ExportSource source, string dtype)
    {
        var card = new ModelCard(source.Name, source.Shape, source.Positions, dtype) { Step = source.Step };
        if (source.Run is not { } run)
            return card;
        // What cannot be read is left out: the model is whole.
        var damaged = new ProblemCollector();
        return card with
        {
            Configuration = InputFile.ReadText(run.ConfigurationPath),
            Journal = [.. JournalFile.Read(run.JournalPath, damaged).Where(entry => entry.Step <= source.Step)],
            HeldOut = RunLines.ReadMetrics(run, damaged)
                .Select(line => line.HeldOut).OfType<HeldOutReport>()
                .LastOrDefault(report => report.Step <= source.Step),
        };
    }
}
