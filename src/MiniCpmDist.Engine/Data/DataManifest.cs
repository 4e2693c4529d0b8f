using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using MiniCpmDist.Core.Configuration;

namespace MiniCpmDist.Engine.Data;

/// <summary>manifest.json of a data folder: what is in it and where it comes from.</summary>
/// <param name="Format">Raised with every incompatible change.</param>
/// <param name="Tokenizer">The tokenizer that made the ids; a copy lies in the folder.</param>
/// <param name="HeldOutFraction">The share of documents that was to be held out.</param>
/// <param name="Train">What is trained on.</param>
/// <param name="HeldOut">What is only measured on.</param>
/// <param name="QuarantinedLines">Lines of the corpus that gave no text; quarantine.jsonl lists them.</param>
/// <param name="Corpus">The files, in the order in which they were read.</param>
public sealed record DataManifest(
    int Format,
    DataTokenizer Tokenizer,
    double HeldOutFraction,
    DataSplit Train,
    DataSplit HeldOut,
    long QuarantinedLines,
    IReadOnlyList<DataSource> Corpus)
{
    /// <summary>The format that this program writes, and the newest that it reads.</summary>
    public const int CurrentFormat = 1;

    /// <summary>Name of the file in a data folder.</summary>
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        TypeInfoResolver = new DefaultJsonTypeInfoResolver(),
    };

    /// <summary>As JSON, keys in snake_case.</summary>
    public string Write() => JsonSerializer.Serialize(this, s_json) + "\n";

    /// <summary>Reads the manifest of a data folder.</summary>
    /// <exception cref="ConfigurationException">The folder or its manifest is missing,
    /// broken or of a newer format.</exception>
    public static DataManifest Read(string folder)
    {
        const string Rebuild = "build it with: minicpm data build --tokenizer tokenizer.model --out FOLDER CORPUS";
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            var found = Directory.Exists(folder) ? $"a folder without {FileName}" : "no folder of that name";
            throw new ConfigurationException(
                [new Fault(folder, "a data folder made by minicpm data build", found, Rebuild)]);
        }
        try
        {
            var json = File.ReadAllText(path);
            using var document = JsonDocument.Parse(json);
            // Before anything else: a newer manifest may look entirely different.
            FormatVersion.Require(document.RootElement.GetProperty("format").GetInt32(), CurrentFormat, path);
            return JsonSerializer.Deserialize<DataManifest>(json, s_json) ?? throw new JsonException("null");
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException
            or KeyNotFoundException or FormatException)
        {
            throw new ConfigurationException(
                [new Fault(path, "the manifest of a data folder", e.Message.TrimEnd('.'), Rebuild)]);
        }
    }
}
