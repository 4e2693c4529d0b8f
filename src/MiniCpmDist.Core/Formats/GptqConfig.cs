using System.Text.Json;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Formats;

/// <summary>What <c>quantization_config</c> says about the packed matrices of a folder.</summary>
/// <param name="Group">Input columns that share a scale.</param>
/// <param name="Layout">What a zero is stored as.</param>
public sealed record GptqConfig(int Group, GptqLayout Layout)
{
    public const string Key = "quantization_config";

    /// <summary>A file with the same content for older programs.</summary>
    public const string FileName = "quantize_config.json";

    private const int Bits = 4;
    private const string Method = "gptq";

    private static readonly (string Word, GptqLayout Value)[] s_layouts =
        [("gptq", GptqLayout.Version1), ("gptq_v2", GptqLayout.Version2)];

    /// <summary>The words of the layouts.</summary>
    public static IReadOnlyList<(string Word, GptqLayout Value)> Layouts => s_layouts;

    public bool ActOrder { get; init; }

    public bool StaticGroups { get; init; }

    public bool TrueSequential { get; init; } = true;

    public double Damping { get; init; } = 0.01;

    /// <summary>The file beside <c>config.json</c>.</summary>
    public string Write() => IndentedJson.Write(WriteMembers);

    /// <param name="json"><c>config.json</c> of a quantized folder.</param>
    /// <exception cref="ConfigurationException">It is quantized in a way that this program does not read.</exception>
    public static GptqConfig Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        try
        {
            return Read(document.RootElement.GetProperty(Key));
        }
        catch (InvalidOperationException exception)
        {
            throw new ConfigurationException(
                $"Expected {Key} in config.json, found something that cannot be read: {exception.Message}");
        }
    }

    private static GptqConfig Read(JsonElement element)
    {
        var problems = new ProblemCollector();
        var keys = new ConfigKeys(element, problems);
        problems.Require(
            keys.Text("quant_method") == Method, $"config.json: {Key}.quant_method", $"\"{Method}\"",
            keys.Text("quant_method") ?? "nothing", "name a folder of GPTQ");
        var bits = keys.Whole("bits", null, 16);
        problems.Require(bits == Bits, $"config.json: {Key}.bits", $"{Bits}", $"{bits}", "name a folder of 4 bits");
        var word = keys.Text("checkpoint_format") ?? s_layouts[0].Word;
        var layout = s_layouts.FirstOrDefault(entry => entry.Word == word);
        problems.Require(
            layout.Word is not null, $"config.json: {Key}.checkpoint_format", "gptq or gptq_v2", word,
            "name a folder of one of these layouts");
        var config = new GptqConfig(keys.Whole("group_size", null, 1 << 20), layout.Value)
        {
            ActOrder = keys.Truth("desc_act", standard: false),
            StaticGroups = keys.Truth("static_groups", standard: false),
            TrueSequential = keys.Truth("true_sequential", standard: true),
        };
        problems.ThrowIfAny();
        return config;
    }

    internal void WriteMembers(Utf8JsonWriter writer)
    {
        writer.WriteNumber("bits", Bits);
        writer.WriteNumber("group_size", Group);
        writer.WriteBoolean("desc_act", ActOrder);
        writer.WriteBoolean("static_groups", StaticGroups);
        writer.WriteBoolean("sym", true);
        writer.WriteBoolean("lm_head", false);
        writer.WriteNumber("damp_percent", Damping);
        writer.WriteBoolean("true_sequential", TrueSequential);
        writer.WriteString("quant_method", Method);
        writer.WriteString("checkpoint_format", Wording.Of(s_layouts, Layout));
    }
}
