using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Model;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>
/// Checks whether a checkpoint is all that a run needs to go on. Hashes say that its files are those of the manifest.
/// Here the manifest itself is compared with what it must name, with the state, and with the model.
/// </summary>
internal static class CheckpointCompleteness
{
    private const string Advice = "resume from an earlier checkpoint, or copy this one again";
    private const string Float32 = "F32";

    private static readonly string[] s_names = ["config.json", "tokenizer.model", CheckpointState.FileName];
    private static readonly string[] s_adapterNames =
        [AdapterConfig.FileName, AdapterConfig.WeightsName, AdapterConfig.BaseHashesName];

    /// <summary>Adds what the manifest does not name, or names twice.</summary>
    public static void RequireNames(CheckpointFolder checkpoint, CheckpointManifest manifest, ProblemCollector problems)
    {
        var names = manifest.Files.Select(file => file.Name).ToArray();
        foreach (var name in s_names.Concat(HasAdapters(manifest) ? s_adapterNames : [TensorFile.ModelName]))
            problems.Require(names.Contains(name), checkpoint.ManifestPath, name, "no such line", Advice);
        foreach (var kind in (string[])[OptimizerFiles.FirstMoments, OptimizerFiles.SecondMoments])
        {
            problems.Require(
                OptimizerFiles.Of(manifest, kind).Any(), checkpoint.ManifestPath, $"a file of {kind}", "no such line",
                Advice);
        }
        foreach (var twice in names.GroupBy(name => name).Where(group => group.Count() > 1))
        {
            problems.Require(
                false, checkpoint.ManifestPath, $"one line for {twice.Key}", $"{twice.Count()} of them", Advice);
        }
    }

    /// <summary>
    /// Adds what the files say of run, step, tokens and tensors that the manifest or the model does not.
    /// </summary>
    public static void RequireContents(
        CheckpointFolder checkpoint, CheckpointManifest manifest, ProblemCollector problems)
    {
        if (problems.Try(() => CheckpointReader.LoadState(checkpoint)) is { } state)
            RequireState(checkpoint, manifest, state, problems);
        var config = Path.Combine(checkpoint.Path, "config.json");
        if (problems.Try(() => HuggingFaceConfig.Read(InputFile.ReadText(config))) is not { } shape)
            return;
        if (problems.Try(() => TensorsOf(checkpoint, manifest, shape)) is not var (specs, prefix, file))
            return;
        RequireTensors(specs, prefix, [Path.Combine(checkpoint.Path, file)], problems);
        foreach (var kind in (string[])[OptimizerFiles.FirstMoments, OptimizerFiles.SecondMoments])
        {
            var paths = OptimizerFiles.Of(manifest, kind).Select(name => Path.Combine(checkpoint.Path, name));
            RequireTensors(specs, kind + ".", paths, problems);
        }
    }

    /// <summary>A run that trains adapters saves these alone.</summary>
    private static bool HasAdapters(CheckpointManifest manifest) =>
        manifest.Files.Any(file => file.Name == AdapterConfig.FileName);

    private static (IReadOnlyList<ParameterSpec> Specs, string Prefix, string File)? TensorsOf(
        CheckpointFolder checkpoint, CheckpointManifest manifest, ModelShape shape)
    {
        if (!HasAdapters(manifest))
            return (shape.ParameterSpecs, "", TensorFile.ModelName);
        var path = Path.Combine(checkpoint.Path, AdapterConfig.FileName);
        var lora = AdapterConfig.Read(InputFile.ReadText(path), path).Lora;
        var missing = AdapterList.Missing(shape, lora.Matrices);
        if (missing.Count == 0)
            return (AdapterList.Of(shape, lora), AdapterConfig.Prefix, AdapterConfig.WeightsName);
        throw new ConfigurationException([new Problem(
            path, "adapters of the model's matrices", string.Join(", ", missing), Advice)]);
    }

    private static void RequireState(
        CheckpointFolder checkpoint, CheckpointManifest manifest, CheckpointState state, ProblemCollector problems)
    {
        var path = checkpoint.ManifestPath;
        problems.Require(
            manifest.Run == state.Run, path, $"the run {state.Run}, as {CheckpointState.FileName} says",
            $"the run {manifest.Run}", Advice);
        problems.Require(
            manifest.Step == state.Step, path, $"step {state.Step}, as {CheckpointState.FileName} says",
            $"step {manifest.Step}", Advice);
        problems.Require(
            manifest.Tokens == state.Tokens, path, $"{state.Tokens} tokens, as {CheckpointState.FileName} says",
            $"{manifest.Tokens} tokens", Advice);
    }

    private static void RequireTensors(
        IReadOnlyList<ParameterSpec> specs, string prefix, IEnumerable<string> paths, ProblemCollector problems)
    {
        var (missing, last) = (specs.ToDictionary(spec => prefix + spec.Name), "");
        foreach (var path in paths)
        {
            last = path;
            foreach (var place in problems.Try(() => TensorPlace.AllOf(path)) ?? [])
            {
                var isKnown = missing.Remove(place.Entry.Name, out var spec);
                problems.Require(
                    isKnown && place.Entry.DType == Float32 && spec!.Shape.SequenceEqual(place.Entry.Shape), path,
                    isKnown ? $"{place.Entry.Name} {Float32} [{string.Join(", ", spec!.Shape)}]"
                        : "the tensors of config.json, each once",
                    $"{place.Entry.Name} {place.ShapeText}", Advice);
            }
        }
        problems.Require(
            missing.Count == 0, last, "all tensors of config.json",
            $"{missing.Count} of them missing, {missing.Keys.FirstOrDefault()} among them", Advice);
    }
}
