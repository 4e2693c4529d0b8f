using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Data.TokenFolders;

/// <summary>manifest.json of a data folder: what is in it and where it comes from.</summary>
/// <param name="Format">Raised with every incompatible change.</param>
/// <param name="Name">What a mixture calls this source.</param>
/// <param name="Tokenizer">The tokenizer that made the ids; a copy lies in the folder.</param>
/// <param name="SequenceLength">Positions of a sequence.</param>
/// <param name="Packing">How documents fill sequences.</param>
/// <param name="HeldOutFraction">The share of documents that was to be held out.</param>
/// <param name="Train">What is trained on.</param>
/// <param name="HeldOut">What is only measured on.</param>
/// <param name="QuarantinedLines">Lines of the corpus that gave no text; quarantine.ndjson lists them.</param>
/// <param name="Corpus">The files, in the order in which they were read.</param>
public sealed record DataManifest(
    int Format,
    string Name,
    DataTokenizer Tokenizer,
    int SequenceLength,
    Packing Packing,
    double HeldOutFraction,
    DataSplit Train,
    DataSplit HeldOut,
    long QuarantinedLines,
    IReadOnlyList<DataSource> Corpus)
{
    /// <summary>Documents that were left out because they were too short or too long; 0 where none was to be.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long DocumentsLeftOut { get; init; }

    /// <summary>The pictures of the sequences; null for texts alone.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public DataImages? Images { get; init; }

    /// <summary>The only format that this program writes and reads; format 1 had no sequences.</summary>
    public const int CurrentFormat = 2;

    /// <summary>Name of the file in a data folder.</summary>
    public const string FileName = "manifest.json";

    private const string Rebuild = "build it with: minicpm data build --tokenizer tokenizer.model --out FOLDER CORPUS";

    private static readonly JsonSerializerOptions s_json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        WriteIndented = true,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters =
        {
            new JsonStringEnumConverter<Packing>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false),
        },
        // The compiler makes this code: every rank reads manifests before its first step, and reflection takes its
        // time.
        TypeInfoResolver = DataManifestShape.Default,
    };

    /// <summary>The split of that name, <c>train</c> or <c>held-out</c>.</summary>
    public DataSplit Split(string name) => name switch
    {
        "train" => Train,
        "held-out" => HeldOut,
        _ => throw new ArgumentException($"Expected train or held-out, found {name}.", nameof(name)),
    };

    /// <summary>Writes the manifest as JSON, with keys in snake_case.</summary>
    public string Write() => JsonSerializer.Serialize(this, s_json) + "\n";

    /// <summary>Reads the manifest of a data folder.</summary>
    /// <exception cref="ConfigurationException">The folder or its manifest is missing,
    /// broken or of another format.</exception>
    public static DataManifest Read(string folder)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            var found = Directory.Exists(folder) ? $"a folder without {FileName}"
                : Directory.Exists(folder + ".partial") ? "only a build that has not been finished"
                : "no folder of that name";
            throw new ConfigurationException(
                [new Problem(folder, "a data folder made by minicpm data build", found, Rebuild)]);
        }
        try
        {
            var json = InputFile.ReadText(path);
            using var document = JsonDocument.Parse(json);
            RequireFormat(document.RootElement.GetProperty("format").GetInt32(), path);
            var manifest = JsonSerializer.Deserialize<DataManifest>(json, s_json) ?? throw new JsonException("null");
            string[] names =
            [
                manifest.Tokenizer.File, manifest.Train.TokensFile, manifest.Train.IndexFile,
                manifest.HeldOut.TokensFile, manifest.HeldOut.IndexFile,
                .. manifest.Images is { } images ? (string[])[images.TrainFile, images.HeldOutFile] : [],
            ];
            if (names.FirstOrDefault(name => !PlainName.IsOne(name)) is { } way)
                throw new JsonException($"`{way}`, which is not the name of a file beside it");
            return manifest.SequenceLength >= 1 ? manifest : throw new JsonException("a sequence of no tokens");
        }
        catch (Exception e) when (e is JsonException or IOException or InvalidOperationException
            or KeyNotFoundException or FormatException)
        {
            throw new ConfigurationException(
                [new Problem(path, "the manifest of a data folder", e.Message.TrimEnd('.'), Rebuild)]);
        }
    }

    // The version is checked before anything else: the manifest of another format may look entirely different.
    private static void RequireFormat(int found, string path)
    {
        FormatVersion.Require(found, CurrentFormat, path);
        if (found < CurrentFormat)
        {
            throw new ConfigurationException([new Problem(
                path, $"format {CurrentFormat}, in which sequences are packed when the data are built",
                $"format {found}", "build it again with `minicpm data build`")]);
        }
    }
}
