using System.Globalization;
using System.Runtime.ExceptionServices;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Runs.Folder;

/// <summary>
/// What must fit together between the sources of a run, its model, and the checkpoint it goes on from.
/// </summary>
public static class SourceChecks
{
    /// <summary>Opens what can be opened; the caller closes it where there are problems.</summary>
    public static IReadOnlyList<SourceData> Open(RunOptions options, ProblemCollector problems)
    {
        // Files are hashed while they are opened, which is most of what a run with many sources waits for.
        var tried = InParallel(options.Data.Sources);
        foreach (var problem in tried.SelectMany(one => one.Problems))
            problems.Add(problem);
        var opened = tried.Select(one => one.Data).OfType<SourceData>().ToList();
        foreach (var source in opened)
            Check(problems, options, source);
        RequireOneTokenizer(problems, opened);
        RequireSomethingHeldOut(problems, options, opened);
        return opened;
    }

    /// <summary>
    /// Requires that a source is the same one as the checkpoint's source of that name, with more parts perhaps. New
    /// names, and missing names, are allowed.
    /// </summary>
    public static void Resume(
        ProblemCollector problems, IReadOnlyList<SourceState> saved, RunData data, string checkpoint)
    {
        foreach (var source in data.Sources)
        {
            if (saved.FirstOrDefault(state => state.Name == source.Name) is not { } state)
                continue;
            var (key, read) = ($"data.sources.{source.Name}", 1 + (state.Starts?.Count ?? 0));
            if (!problems.Require(
                read <= source.Options.Parts, $"{key}.parts", $"{read} or more: {checkpoint} has begun with them",
                source.Options.Parts.ToString(CultureInfo.InvariantCulture), $"write `parts: {read}`"))
                continue;
            var found = source.Train.ContentHashOf(read);
            problems.Require(
                state.Tokens == found, key, $"the tokens that {checkpoint} was trained on (SHA-256 {state.Tokens})",
                $"others in {source.Options.Path} (SHA-256 {found})",
                "name the folder of before; other data are a source of another name");
            var parts = SourceParts.Restore(state.Starts ?? [], source.Train.PartSequences);
            problems.Require(
                state.Tokens != found || parts is not null, checkpoint,
                $"parts of {source.Name} that begin where others end", string.Join(", ", state.Starts ?? []),
                "resume from another checkpoint, or copy this one again");
        }
    }

    private static List<(SourceData? Data, IReadOnlyList<Problem> Problems)> InParallel(
        IReadOnlyList<SourceOptions> sources)
    {
        try
        {
            return sources.Count == 1
                ? [Open(sources[0], sources: 1)]
                : [.. sources.AsParallel().AsOrdered().Select(source => Open(source, sources.Count))];
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.Flatten().InnerExceptions[0]);
            throw;
        }
    }

    private static (SourceData? Data, IReadOnlyList<Problem> Problems) Open(
        SourceOptions source, int sources)
    {
        var problems = new ProblemCollector();
        if (source.HeldOut == source.Path)
        {
            var data = problems.Try(() =>
            {
                var (training, measured) = TokenDataset.OpenBoth(source.Path, source.Parts, sources);
                return new SourceData(source, training, measured);
            });
            return (data, problems.Problems);
        }
        var train = problems.Try(() => TokenDataset.Open(source.Path, "train", source.Parts, sources));
        var heldOut = problems.Try(() => TokenDataset.Open(source.HeldOut, "held-out", parts: 1, sources));
        if (train is not null && heldOut is not null)
            return (new SourceData(source, train, heldOut), []);
        (train ?? heldOut)?.Dispose();
        return (null, problems.Problems);
    }

    private static void Check(ProblemCollector problems, RunOptions options, SourceData source)
    {
        var key = $"data.sources.{source.Name}";
        var wanted = options.Data.SequenceLength;
        RequireLength(problems, key, source.Options.Path, source.Train, wanted);
        RequireLength(problems, key, source.Options.HeldOut, source.HeldOut, wanted);
        // Where the vocabulary size could not be read, a stand-in has its place and is not compared.
        var isRead = !problems.Problems.Any(
            problem => problem.Where.EndsWith("model.vocab_size", StringComparison.Ordinal));
        problems.Require(
            !isRead || source.Train.VocabularySize <= options.Model.Shape.VocabularySize, "model.vocab_size",
            $"at least the {source.Train.VocabularySize} pieces of the tokenizer of {source.Options.Path}",
            options.Model.Shape.VocabularySize.ToString(CultureInfo.InvariantCulture),
            $"build the data again with a smaller tokenizer, or, in a new run, set model.vocab_size to "
            + $"{source.Train.VocabularySize}");
        RequireSequence(problems, key, source.Options.Path, "to train on", source.Train);
        RequirePictures(problems, key, source.Options.Path, options, source.Train);
        RequirePictures(problems, key, source.Options.HeldOut, options, source.HeldOut);
        if (source.HeldOut.DocumentCount > 0)
            RequireSequence(problems, key, source.Options.HeldOut, "held out", source.HeldOut);
    }

    // A source that holds nothing out is not evaluated. At least one source must hold something out, or nothing is
    // evaluated.
    private static void RequireSomethingHeldOut(
        ProblemCollector problems, RunOptions options, List<SourceData> sources) =>
        problems.Require(
            options.Data.EvaluateEvery is null || sources.Count < options.Data.Sources.Count
                || sources.Any(source => source.HeldOut.DocumentCount > 0),
            "data.evaluate_every", "a source with held-out text to evaluate on",
            $"none: {string.Join(", ", sources.Select(source => source.Options.HeldOut))} was built with --held-out 0",
            "write `evaluate_every: never`, or name with `held_out` a folder that holds something out");

    private static void RequireLength(
        ProblemCollector problems, string key, string folder, TokenDataset set, int wanted) =>
        problems.Require(
            set.SequenceLength == wanted, key,
            $"sequences of {wanted} tokens, as data.sequence_length says",
            $"sequences of {set.SequenceLength} in {folder}",
            $"build it again with --sequence-length {wanted}, or, in a new run, write "
            + $"`data.sequence_length: {set.SequenceLength}`");

    private static void RequireSequence(
        ProblemCollector problems, string key, string folder, string purpose, TokenDataset set) =>
        problems.Require(
            set.SequenceCount > 0, key, $"at least one whole sequence {purpose}",
            $"fewer than {set.SequenceLength} tokens in {folder}",
            "build it from more text, or with shorter sequences");

    private static void RequirePictures(
        ProblemCollector problems, string key, string folder, RunOptions options, TokenDataset set)
    {
        if (set.Images is not { } images)
            return;
        problems.Require(
            options.Alignment.Method != AlignmentMethod.Dpo, key, "texts alone, for dpo", $"pictures in {folder}",
            "train on pictures with `minicpm train`");
        var vision = options.Model.Shape.Vision;
        var wanted = vision is null
            ? null
            : new DataImages(
                "", "", 0, "", "", 0, vision.Slices.Side, vision.Slices.Patch, vision.Slices.MostSlices, vision.Queries,
                ImageLayouts.Word(vision.Layout)).Rules;
        problems.Require(
            wanted == images.Rules, key, wanted is null ? "texts alone: the model has no image encoder" : wanted,
            $"pictures in {folder} ({images.Rules})",
            wanted is null
                ? "take a model such as `model: minicpm-v-tiny`"
                : "build it again with `minicpm data images --model`, naming this run's model");
    }

    private static void RequireOneTokenizer(ProblemCollector problems, List<SourceData> sources)
    {
        foreach (var (set, folder, key) in sources.SelectMany(source => new[]
        {
            (source.Train, source.Options.Path, source.Name), (source.HeldOut, source.Options.HeldOut, source.Name),
        }))
        {
            var first = sources[0];
            problems.Require(
                set.TokenizerHash == first.Train.TokenizerHash, $"data.sources.{key}",
                $"data of the same tokenizer as {first.Options.Path}", $"another tokenizer in {folder}",
                $"build it again with --tokenizer {first.Train.TokenizerPath}");
        }
    }
}
