using System.Text.Json;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;

namespace MiniCpmDist.Core.Formats;

/// <summary><c>adapter_config.json</c> of a PEFT folder with low-rank adapters of a MiniCPM model.</summary>
/// <param name="Lora">Rank, alpha and matrices.</param>
/// <param name="Base">Folder of the model that the adapters belong to: absolute, or from the PEFT folder.</param>
public sealed record AdapterConfig(LoraOptions Lora, string Base)
{
    public const string FileName = "adapter_config.json";

    /// <summary>The file with the adapters.</summary>
    public const string WeightsName = "adapter_model.safetensors";

    /// <summary>What PEFT puts before the names of a causal language model's adapters.</summary>
    public const string Prefix = "base_model.model.";

    /// <summary>Hashes of the files that decide the base's weights, as <c>sha256sum</c> writes them.</summary>
    public const string BaseHashesName = "base.sha256";

    private const string Rank = "r";
    private const string Alpha = "lora_alpha";
    private const string Modules = "target_modules";
    private const string BaseName = "base_model_name_or_path";

    /// <summary>Switches of PEFT that change what adapters compute; all must be off.</summary>
    private static readonly string[] s_switches = ["fan_in_fan_out", "lora_bias", "use_dora", "use_rslora"];

    public string Write() => IndentedJson.Write(writer =>
    {
        writer.WriteStartObject("alpha_pattern");
        writer.WriteEndObject();
        writer.WriteString(BaseName, Base);
        writer.WriteString("bias", "none");
        writer.WriteBoolean("fan_in_fan_out", false);
        writer.WriteBoolean("inference_mode", true);
        writer.WriteBoolean("init_lora_weights", true);
        writer.WriteNumber(Alpha, Lora.Alpha);
        writer.WriteNumber("lora_dropout", 0);
        writer.WriteNull("modules_to_save");
        writer.WriteString("peft_type", "LORA");
        writer.WriteNumber(Rank, Lora.Rank);
        writer.WriteStartObject("rank_pattern");
        writer.WriteEndObject();
        writer.WriteStartArray(Modules);
        foreach (var word in LoraWords.Of(Lora.Matrices))
            writer.WriteStringValue(word);
        writer.WriteEndArray();
        writer.WriteString("task_type", "CAUSAL_LM");
    });

    /// <param name="json">The file's text.</param>
    /// <param name="source">Its path, for errors.</param>
    /// <exception cref="ConfigurationException">Everything in it that this program does not compute.</exception>
    public static AdapterConfig Read(string json, string source)
    {
        using var document = Parse(json, source);
        var root = document.RootElement;
        var problems = new ProblemCollector();
        const string Retrain = "train the adapters without it, or merge them with PEFT first";
        Require(Text(root, "peft_type") == "LORA", "peft_type", "LORA", "merge the adapters with PEFT first");
        foreach (var key in s_switches)
            Require(!IsTrue(root, key), key, "false, or no such key", Retrain);
        Require((Text(root, "bias") ?? "none") == "none", "bias", "none", Retrain);
        foreach (var key in (string[])["rank_pattern", "alpha_pattern", "modules_to_save"])
            Require(IsEmpty(root, key), key, "nothing", Retrain);
        var (rank, alpha) = (Number(root, Rank), Number(root, Alpha));
        Require(
            rank is >= 1 and <= LoraOptions.LargestRank && rank == Math.Floor(rank.Value), Rank,
            $"a whole number from 1 to {LoraOptions.LargestRank}", "take the file that PEFT saved");
        Require(alpha is > 0, Alpha, "a number above zero", "take the file that PEFT saved");
        var matrices = LoraWords.Parse(Words(root));
        Require(
            matrices is not (null or LoraMatrices.None), Modules,
            $"a list of names out of {string.Join(", ", LoraWords.All.Select(entry => entry.Word))}", Retrain);
        var folder = Text(root, BaseName);
        Require(
            !string.IsNullOrEmpty(folder), BaseName, "the folder of the model that the adapters belong to",
            "write its path there");
        problems.ThrowIfAny();
        return new AdapterConfig(new LoraOptions((int)rank!.Value, alpha!.Value, matrices!.Value), folder!);

        void Require(bool holds, string key, string expected, string advice) => problems.Require(
            holds, $"{source}: {key}", expected,
            root.TryGetProperty(key, out var value) ? value.GetRawText() : "no such key", advice);
    }

    private static JsonDocument Parse(string json, string source)
    {
        try
        {
            var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return document;
            document.Dispose();
            throw new JsonException("it is no object.");
        }
        catch (JsonException exception)
        {
            throw new ConfigurationException([new Problem(
                source, "the configuration of PEFT adapters", $"something else ({exception.Message})",
                "fetch the folder again")]);
        }
    }

    private static string? Text(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static double? Number(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.Number
        && value.TryGetDouble(out var number) && double.IsFinite(number)
            ? number
            : null;

    private static bool IsTrue(JsonElement root, string key) =>
        root.TryGetProperty(key, out var value) && value.ValueKind is not (JsonValueKind.False or JsonValueKind.Null);

    private static bool IsEmpty(JsonElement root, string key) =>
        !root.TryGetProperty(key, out var value) || value.ValueKind == JsonValueKind.Null
        || (value.ValueKind == JsonValueKind.Object && !value.EnumerateObject().Any())
        || (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 0);

    private static IEnumerable<string> Words(JsonElement root) =>
        root.TryGetProperty(Modules, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(
                word => word.ValueKind == JsonValueKind.String ? word.GetString()! : word.GetRawText())]
            : [""];
}
