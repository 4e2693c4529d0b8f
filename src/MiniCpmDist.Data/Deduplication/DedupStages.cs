using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Building;

namespace MiniCpmDist.Data.Deduplication;

/// <summary>The stages in their order: equal texts first, then those that are nearly equal, then parts of
/// texts.</summary>
internal sealed class DedupStages(
    DedupJob job, BuildFolder folder, ICommunicator world, Action<DedupProgress>? progress)
{
    private const int ExactStages = 1;
    private const int NearStages = 4;
    private const int SubstringStages = 4;
    private readonly DedupOptions _options = job.Options;
    private readonly StageRunner _runner = new(
        job, world, 2 + (job.Options.Exact ? ExactStages : 0) + (job.Options.Near ? NearStages : 0)
            + (job.Options.Substrings > 0 ? SubstringStages : 0), progress);

    /// <summary>Runs them all.</summary>
    /// <returns>What was removed; null on all ranks but 0.</returns>
    public DedupReport? RunCollective()
    {
        var against = AgainstCollective();
        _runner.RunCollective(Stage.OverUnits(job, ReadStage.Name, "reading", new ReadStage(job, against).Run));
        var read = job.Summaries<ReadSummary>(ReadStage.Name, job.Units.Count);
        using var table = new DocumentTable(job, read);
        var places = new CorpusPlaces(job, table, read);
        RankProblems.ThrowCollective(world, QuarantineProblems(read, places));
        if (_options.Exact)
            ExactCollective();
        if (_options.Near)
            NearCollective(read, table);
        if (_options.Substrings > 0)
            SubstringsCollective(read, table);
        var shown = _options.Near
            ? job.Summary<ClusterSummary>(ClusterStage.Name, 0)!.Shown
                .SelectMany(cluster => cluster.Copies.Append(cluster.Kept)).ToHashSet()
            : [];
        _runner.RunCollective(Stage.OverUnits(
            job, WriteStage.Name, "writing", new WriteStage(job, places, against, shown).Run));
        DedupReport? report = null;
        var problems = new ProblemCollector();
        if (world.Rank == 0)
            report = problems.Try(() => new DedupPacker(job, folder, places, against).Run(read));
        RankProblems.ThrowCollective(world, problems.Problems);
        return report;
    }

    // A set that cannot be read is the same problem on all ranks.
    private EvaluationNgrams? AgainstCollective()
    {
        if (job.Plan.Against.Count == 0)
            return null;
        var problems = new ProblemCollector();
        var against = problems.Try(() => new EvaluationNgrams(
            [.. job.Plan.Against.Select(file => file.Path)], _options.Ngram));
        RankProblems.ThrowCollective(world, problems.Problems);
        return against;
    }

    private IReadOnlyList<Problem> QuarantineProblems(IReadOnlyList<ReadSummary> read, CorpusPlaces places)
    {
        var problems = new ProblemCollector();
        if (world.Rank == 0)
        {
            problems.Try<object?>(() =>
            {
                DedupPacker.Quarantine(job, read, places);
                return null;
            });
        }
        return problems.Problems;
    }

    private void ExactCollective()
    {
        _runner.RunCollective(Stage.OverPartitions(job, ExactStage.Name, "equal texts", new ExactStage(job).Run));
        DropCollective(ReadStage.Name, ReadStage.Exact, job.Units.Count);
    }

    private void NearCollective(IReadOnlyList<ReadSummary> read, DocumentTable table)
    {
        // A stage that has ended leaves nothing to prepare.
        var removed = new Lazy<DocumentSet>(() => Removed(read));
        _runner.RunCollective(Stage.OverPartitions(
            job, PairStage.Name, "buckets", partition => new PairStage(job, table, removed.Value).Run(partition)));
        DropCollective(ReadStage.Name, ReadStage.Bands, job.Units.Count);
        var candidates = new Lazy<DocumentSet>(() => Candidates(read));
        _runner.RunCollective(Stage.OverUnits(
            job, ShingleStage.Name, "shingles", unit => new ShingleStage(job, candidates.Value).Run(unit)));
        using (var shingles = new LazyDisposable<ShingleStore>(() => new ShingleStore(job)))
        {
            _runner.RunCollective(Stage.OverPartitions(
                job, CompareStage.Name, "comparing",
                partition => new CompareStage(job, shingles.Value).Run(partition)));
        }
        DropCollective(PairStage.Name, PairStage.Pairs, job.Partitions);
        DropCollective(ShingleStage.Name, ShingleStage.Shingles, job.Units.Count);
        _runner.RunCollective(Stage.Alone(ClusterStage.Name, "clusters", new ClusterStage(job, table).Run));
    }

    private void SubstringsCollective(IReadOnlyList<ReadSummary> read, DocumentTable table)
    {
        var removed = new Lazy<DocumentSet>(() => Removed(read));
        _runner.RunCollective(Stage.OverUnits(
            job, FingerprintStage.Name, "fingerprints", unit => new FingerprintStage(job, removed.Value).Run(unit)));
        _runner.RunCollective(Stage.OverPartitions(job, RepeatStage.Name, "repeats", new RepeatStage(job).Run));
        DropCollective(FingerprintStage.Name, FingerprintStage.Places, job.Units.Count);
        _runner.RunCollective(Stage.OverUnits(job, WindowStage.Name, "stretches", new WindowStage(job).Run));
        _runner.RunCollective(Stage.OverPartitions(
            job, StretchStage.Name, "first stretches", new StretchStage(job, table).Run));
        DropCollective(WindowStage.Name, WindowStage.Windows, job.Units.Count);
    }

    /// <summary>What has been removed so far.</summary>
    private DocumentSet Removed(IReadOnlyList<ReadSummary> read)
    {
        var removed = new DocumentSet(read).With<AgainstRecord>(
            job.Files(ReadStage.Name, ReadStage.Against, job.Units.Count));
        if (_options.Exact)
            removed.With<CopyRecord>(job.Files(ExactStage.Name, ExactStage.Copies, job.Partitions));
        if (_options.Near && job.IsDone(ClusterStage.Name, 0))
            removed.With<CopyRecord>(job.Files(ClusterStage.Name, ClusterStage.Copies, 1));
        return removed;
    }

    private DocumentSet Candidates(IReadOnlyList<ReadSummary> read)
    {
        var candidates = new DocumentSet(read);
        foreach (var pair in job.Files(PairStage.Name, PairStage.Pairs, job.Partitions)
            .SelectMany(SpillFile.All<PairRecord>))
        {
            candidates.Add(pair.First);
            candidates.Add(pair.Second);
        }
        return candidates;
    }

    // No rank reads them any more: the stage that did has ended on all of them.
    private void DropCollective(string stage, string kind, int tasks)
    {
        if (world.Rank == 0)
            job.Drop(stage, kind, tasks);
    }
}
