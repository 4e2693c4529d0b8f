using System.Globalization;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Journal;

namespace MiniCpmDist.Engine.Conversion;

/// <summary>
/// Weights of a Hugging Face MiniCPM folder, checked against a run's model and ready to be read as its initial
/// parameters. No optimizer state comes with them: the run's own warmup leads the learning rate up again.
/// </summary>
public sealed class PretrainedWeights
{
    private const string Head = "lm_head.weight";
    private const string Embedding = "model.embed_tokens.weight";

    /// <summary>
    /// Tables that older versions of the published class saved and that follow from the configuration.
    /// </summary>
    private const string Derived = ".rotary_emb.inv_freq";

    private const int NamedAtMost = 3;
    private readonly IReadOnlyDictionary<string, StoredTensor> _tensors;

    private PretrainedWeights(string folder, ModelShape shape, IReadOnlyDictionary<string, StoredTensor> tensors) =>
        (Folder, Model, _tensors) = (folder, shape, tensors);

    /// <summary>Absolute path of the folder.</summary>
    public string Folder { get; }

    /// <summary>The folder's own model. It may be without experts where the run's model has some.</summary>
    public ModelShape Model { get; }

    /// <summary>The tensors by name; a tied model may have its head twice.</summary>
    internal IReadOnlyDictionary<string, StoredTensor> Tensors => _tensors;

    /// <summary>How the elements are stored, such as <c>BF16</c>; several joined with a comma.</summary>
    public string Types => string.Join(", ", _tensors.Values.Select(tensor => tensor.Entry.DType).Distinct().Order());

    /// <summary>
    /// Checks a folder; reads headers, and then all weights, because one that is not finite spoils them all.
    /// </summary>
    /// <param name="folder">With <c>config.json</c> and safetensors files.</param>
    /// <param name="model">The run's model.</param>
    /// <param name="tokenizerHash">SHA-256 of the tokenizer of the run's data; null where it is not known.</param>
    /// <exception cref="ConfigurationException"> Every key, tensor and file that does not fit the run's model is
    /// named.
    /// </exception>
    public static PretrainedWeights Open(string folder, ModelShape model, string? tokenizerHash)
    {
        var problems = new ProblemCollector();
        var config = Path.Combine(folder, "config.json");
        if (!File.Exists(config))
        {
            var found = Directory.Exists(folder) ? "a folder without config.json" : "no such folder";
            throw new ConfigurationException([new Problem(
                folder, "the folder of a Hugging Face MiniCPM model", found,
                "name the folder that holds its config.json")]);
        }
        var text = InputFile.ReadText(config);
        if (problems.Try(() => HuggingFaceConfig.IsQuantized(text)))
        {
            throw new ConfigurationException([new Problem(
                folder, "weights that can be trained", "a quantized model", "name the model that it was made from")]);
        }
        var shape = problems.Try(() => HuggingFaceConfig.Read(text));
        // Experts of a run begin as copies where the folder has none.
        var expected = shape is { Experts: 0 } ? ExpertUpcycling.DenseOf(model) : model;
        var differences = shape is null ? [] : HuggingFaceConfig.Differences(shape, expected);
        foreach (var (key, theirs, own) in differences)
            problems.Add($"{config}: {key}", $"{own}, as in the run's model", theirs, $"set model.{key} to {theirs}");
        RequireTokenizer(folder, tokenizerHash, problems);
        var tensors = ModelFiles.Find(folder, problems);
        // Problems of the model as a whole are reported above; here the folder is compared with its own configuration.
        if (shape is not null && tensors.Count > 0)
            RequireTensors(folder, tensors, shape.ParameterSpecs, shape.TieWordEmbeddings, problems);
        problems.ThrowIfAny();
        return new PretrainedWeights(Path.GetFullPath(folder), shape!, tensors);
    }

    /// <summary>
    /// Reads the weights into the flat parameters, to the last bit. Where only the run's model has experts, each begins
    /// as the folder's feed-forward part, and routers stay as they are.
    /// </summary>
    public void Load(FlatParameters parameters)
    {
        foreach (var slot in parameters.Layout.Slots)
        {
            var source = Model.Experts > 0 ? slot.Spec.Name : ExpertUpcycling.SourceOf(slot.Spec.Name);
            if (source is not null)
                _tensors[source].Read((first, block) => parameters.Write(slot.Offset + first, block));
        }
    }

    /// <summary>Paths of the files that decide the weights.</summary>
    internal IReadOnlyList<string> Files =>
    [
        .. _tensors.Values.SelectMany(tensor => tensor.Files)
            .Append(Path.Combine(Folder, "config.json"))
            .Distinct()
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Describes the weights for the journal; hashes all files that decide them.</summary>
    public ImportedWeights Describe() => new(Folder, Types, Hashes());

    /// <summary>Name and SHA-256 of every file that decides the weights, as <c>sha256sum</c> gives them.</summary>
    private string Hashes() => string.Join("; ", Files
        .Select(path => $"{Path.GetFileName(path)} {SyncedFile.HashOf(path)}"));

    private static void RequireTokenizer(string folder, string? expected, ProblemCollector problems)
    {
        var path = Path.Combine(folder, "tokenizer.model");
        problems.Require(
            expected is null || !File.Exists(path) || SyncedFile.HashOf(path) == expected, path,
            "the tokenizer that the run's data were built with", "another one",
            $"build the data with --tokenizer {path}: the rows of the embedding belong to its pieces");
    }

    private static void RequireTensors(
        string folder, Dictionary<string, StoredTensor> tensors, IReadOnlyList<ParameterSpec> specs, bool tied,
        ProblemCollector problems)
    {
        const string Fetch = "fetch the whole folder again, or export the model again";
        foreach (var spec in specs.Where(spec => tensors.ContainsKey(spec.Name)))
        {
            var tensor = tensors[spec.Name];
            problems.Require(
                tensor.Entry.Shape.SequenceEqual(spec.Shape), $"{tensor.Path}: {spec.Name}", Shape(spec.Shape),
                Shape(tensor.Entry.Shape), Fetch);
            problems.Require(
                StoredTensor.Types.Contains(tensor.Entry.DType), $"{tensor.Path}: {spec.Name}",
                string.Join(" or ", StoredTensor.Types), tensor.Entry.DType,
                "convert the weights to one of these types");
        }
        var known = specs.Select(spec => spec.Name).ToHashSet();
        Name(known.Except(tensors.Keys), "the tensors of its config.json", "without");
        if (!problems.Any)
            RequireFinite(specs.Select(spec => tensors[spec.Name]), problems);
        if (tied && !problems.Any && tensors.TryGetValue(Head, out var head))
            RequireCopy(head, tensors[Embedding], problems);
        Name(
            tensors.Keys.Except(known)
                .Where(name => !(tied && name == Head) && !name.EndsWith(Derived, StringComparison.Ordinal)),
            "no tensors but those of its config.json", "also");

        void Name(IEnumerable<string> names, string expected, string found)
        {
            var all = names.Order(StringComparer.Ordinal).ToArray();
            var more = all.Length > NamedAtMost ? $" and {all.Length - NamedAtMost} more" : "";
            problems.Require(
                all.Length == 0, folder, expected, $"{found} {string.Join(", ", all.Take(NamedAtMost))}{more}", Fetch);
        }
    }

    /// <summary>Names every tensor with an element that is not finite, and the first such element.</summary>
    private static void RequireFinite(IEnumerable<StoredTensor> tensors, ProblemCollector problems)
    {
        foreach (var tensor in tensors)
        {
            var (count, first, found) = (0L, 0L, 0f);
            tensor.Read((start, block) =>
            {
                for (var i = 0; i < block.Length; i++)
                {
                    if (!float.IsFinite(block[i]) && count++ == 0)
                        (first, found) = (start + i, block[i]);
                }
            });
            problems.Require(
                count == 0, $"{tensor.Path}: {tensor.Entry.Name}", "finite numbers",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{count} element(s) that are not finite, the first {found} at {first}"),
                "export the model again, or take weights from before they were spoilt");
        }
    }

    /// <summary>A tied model may have its head saved beside the embedding, but only as the same numbers.</summary>
    private static void RequireCopy(StoredTensor head, StoredTensor embedding, ProblemCollector problems) =>
        problems.Require(
            head.Entry.Shape.SequenceEqual(embedding.Entry.Shape) && Hash(head) == Hash(embedding),
            $"{head.Path}: {Head}", "the numbers of the embedding, or no such tensor, where the embeddings are tied",
            "others", "write \"tie_word_embeddings\": false in its config.json, and model.tie_word_embeddings: false");

    private static string Hash(StoredTensor tensor)
    {
        using var hash = IncrementalHash.CreateHash(
            HashAlgorithmName.SHA256);
        tensor.Read((_, block) => hash.AppendData(MemoryMarshal.AsBytes(block)));
        return Convert.ToHexString(hash.GetCurrentHash());
    }

    private static string Shape(IReadOnlyList<long> shape) => $"[{string.Join(", ", shape)}]";
}
