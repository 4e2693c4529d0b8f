using System.Text.Json;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Formats.Gguf;
using MiniCpmDist.Core.History;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>
/// Writes a model as a folder that transformers loads: configuration, tokenizer, weights in files of a size, and a
/// model card with the run's history.
/// </summary>
/// <param name="source">The model.</param>
/// <param name="type">How the weights are stored: float32, float16 or bfloat16.</param>
/// <param name="fileBytes">Most bytes of a file of weights; a larger tensor has one of its own.</param>
public sealed class HuggingFaceExport(ExportSource source, GgufType type, long fileBytes)
{
    /// <summary>The words of <c>--dtype</c>, as <c>config.json</c> spells them.</summary>
    public static IReadOnlyDictionary<string, GgufType> Words { get; } = new Dictionary<string, GgufType>
    {
        ["float32"] = GgufType.F32,
        ["bfloat16"] = GgufType.BF16,
        ["float16"] = GgufType.F16,
    };

    // Files of a tokenizer that only some folders have; they belong to the pieces and not to the weights.
    private static readonly string[] s_tokenizerFiles =
        ["tokenizer.json", "special_tokens_map.json", "added_tokens.json", "chat_template.jinja"];

    private readonly string _word = Words.First(entry => entry.Value == type).Key;

    /// <summary>Bytes of all weights.</summary>
    public long Bytes => source.Shape.Parameters * type.BlockBytes();

    /// <summary>Writes the folder, which gets its name when it is whole; nothing is left where that fails.</summary>
    /// <param name="folder">Must not exist.</param>
    /// <param name="progress">Is told how many bytes of weights are written.</param>
    /// <returns>The number of files of weights.</returns>
    /// <exception cref="ConfigurationException">A number is too large for the type.</exception>
    public int Write(string folder, Action<long>? progress = null)
    {
        using var partial = PartialFolder.Create(folder);
        var special = SpecialPieces.Read(source.Tokenizer);
        Write("config.json", HuggingFaceConfig.Write(source.Shape, source.Positions, _word, special));
        Copy(
            HuggingFaceCompanions.GenerationName,
            () => HuggingFaceCompanions.Generation(special, StandardSampling.Temperature, StandardSampling.TopK));
        Copy(
            HuggingFaceCompanions.TokenizerName,
            () => HuggingFaceCompanions.Tokenizer(special, source.Positions));
        DurableFile.Write(partial.Path, "tokenizer.model", stream => stream.Write(source.Tokenizer));
        foreach (var name in s_tokenizerFiles.Where(name => File.Exists(Path.Combine(source.Folder, name))))
            Copy(name, () => "");
        Write("README.md", Card().Write());
        var files = Cut();
        var done = 0L;
        foreach (var (name, specs) in files)
            DurableFile.Write(partial.Path, name, stream => WriteTensors(stream, specs, bytes => Tell(bytes)));
        if (files.Count > 1)
            Write("model.safetensors.index.json", Index(files));
        partial.Commit();
        return files.Count;

        void Tell(int bytes) => progress?.Invoke(done += bytes);

        void Write(string name, string text) => DurableFile.Write(
            partial.Path, name, stream => stream.Write(System.Text.Encoding.UTF8.GetBytes(text)));

        void Copy(string name, Func<string> otherwise)
        {
            var path = Path.Combine(source.Folder, name);
            Write(name, File.Exists(path) ? InputFile.ReadText(path, 64 << 20) : otherwise());
        }
    }

    private List<(string Name, List<ParameterSpec> Specs)> Cut()
    {
        var groups = new List<List<ParameterSpec>> { new() };
        var bytes = 0L;
        foreach (var spec in source.Shape.ParameterSpecs)
        {
            var size = type.Bytes(spec.Count);
            if (bytes > 0 && bytes + size > fileBytes)
            {
                groups.Add([]);
                bytes = 0;
            }
            groups[^1].Add(spec);
            bytes += size;
        }
        return groups.Count == 1
            ? [("model.safetensors", groups[0])]
            : [.. groups.Select((group, i) => ($"model-{i + 1:D5}-of-{groups.Count:D5}.safetensors", group))];
    }

    private void WriteTensors(Stream stream, List<ParameterSpec> specs, Action<int> progress)
    {
        stream.Write(SafeTensorsHeader.Write(
            specs.Select(spec => (spec.Name, type.ToString(), spec.Shape)),
            new Dictionary<string, string> { ["format"] = "pt" }));
        var bytes = Array.Empty<byte>();
        foreach (var spec in specs)
        {
            source.Tensor(spec.Name).Read((first, block) =>
            {
                var size = block.Length * type.BlockBytes();
                if (bytes.Length < size)
                    bytes = new byte[size];
                GgufBlocks.Encode(block, type, bytes);
                RequireFinite(spec.Name, first, block, bytes);
                stream.Write(bytes, 0, size);
                progress(size);
            });
        }
    }

    private void RequireFinite(string name, long first, ReadOnlySpan<float> values, ReadOnlySpan<byte> bytes)
    {
        if (type != GgufType.F16)
            return;
        for (var i = 0; i < values.Length; i++)
        {
            if (!Half.IsFinite(System.Buffers.Binary.BinaryPrimitives.ReadHalfLittleEndian(bytes[(2 * i)..])))
            {
                throw new ConfigurationException([new Problem(
                    $"{source.Folder}: {name}", "numbers that float16 can hold",
                    FormattableString.Invariant($"{values[i]} at {first + i}"), "take --dtype bfloat16")]);
            }
        }
    }

    private string Index(List<(string Name, List<ParameterSpec> Specs)> files)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteStartObject("metadata");
            writer.WriteNumber("total_size", Bytes);
            writer.WriteEndObject();
            writer.WriteStartObject("weight_map");
            foreach (var (name, specs) in files)
            {
                foreach (var spec in specs)
                    writer.WriteString(spec.Name, name);
            }
            writer.WriteEndObject();
            writer.WriteEndObject();
        }
        return System.Text.Encoding.UTF8.GetString(buffer.ToArray()) + "\n";
    }

    private ModelCard Card()
    {
        var card = new ModelCard(source.Name, source.Shape, source.Positions, _word) { Step = source.Step };
        if (source.Run is not { } run)
            return card;
        // What cannot be read is left out: the model is whole.
        var damaged = new ProblemCollector();
        return card with
        {
            Configuration = InputFile.ReadText(run.ConfigurationPath),
            Journal = [.. JournalFile.Read(run.JournalPath, damaged).Where(entry => entry.Step <= source.Step)],
            HeldOut = RunLines.ReadMetrics(run, damaged)
                .Select(line => line.HeldOut).OfType<Core.Runs.HeldOutReport>()
                .LastOrDefault(report => report.Step <= source.Step),
        };
    }
}
