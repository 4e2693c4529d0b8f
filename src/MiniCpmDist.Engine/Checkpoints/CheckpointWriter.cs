using System.Buffers.Binary;
using System.Diagnostics;
using System.Text;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Sharding;
using MiniCpmDist.Engine.Collectives;
using MiniCpmDist.Engine.Optimization;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>
/// Writes checkpoints while training goes on. Every rank copies its slice of the state aside and writes it into files
/// that all share; when all have, they hash the files between them, and rank 0 commits. Between the stages the ranks
/// meet, for a few bytes, where the training thread polls: no thread but that one ever communicates.
/// </summary>
public sealed class CheckpointWriter : IDisposable
{
    /// <summary>Where an optimizer file is closed and the next one begun.</summary>
    public const long OptimizerFileBytes = 1L << 30;

    private const int FailureBytes = 512;
    private const int HashBytes = 32;

    private readonly ICommunicator _communicator;
    private readonly IReadOnlyList<TensorFile> _files;
    private readonly StagedState _staged;
    private readonly Func<ISaveStages, long, ISaveStages> _around;
    private Save? _save;

    /// <param name="communicator">The world.</param>
    /// <param name="owned">The parts of the flat buffers that this rank writes.</param>
    /// <param name="parameters">The model's.</param>
    /// <param name="optimizer">Has the moments.</param>
    /// <param name="around">Puts something around the stages of the save of a step; null for nothing.</param>
    public CheckpointWriter(
        ICommunicator communicator, RankSlices owned, FlatParameters parameters, FlatAdamW optimizer,
        Func<ISaveStages, long, ISaveStages>? around = null)
    {
        _communicator = communicator;
        _around = around ?? ((stages, _) => stages);
        _files = TensorFile.AllOf(parameters.Layout, OptimizerFileBytes);
        _staged = new StagedState(parameters, optimizer, owned);
    }

    /// <summary>True from the beginning of a save until its result has been returned; the same on all ranks.</summary>
    public bool IsSaving => _save is not null;

    /// <summary>Copies the state aside and begins to write it. None may be under way.</summary>
    public void BeginCollective(CheckpointContents contents)
    {
        if (_save is not null)
            throw new InvalidOperationException("Expected no save under way: finish it first.");
        var clock = Stopwatch.StartNew();
        var work = _around(
            new SaveWork(contents, _files, _staged, _communicator.Rank, _communicator.WorldSize), contents.State.Step);
        var folder = _communicator.Rank == 0 ? RankTask.Start(work.MakeFolder) : RankTask.Done;
        _staged.Take();
        folder.Wait();
        _save = new Save(contents, work) { Task = folder };
        // The other ranks may write into the folder as soon as it exists.
        if (!AgreeCollective(_save).Contains(TaskProgress.Failed))
            _save.Task = RankTask.Start(() => Drain(work.Write()));
        _save.Stall = clock.Elapsed;
    }

    /// <summary>Looks how the save is getting on, without waiting for it.</summary>
    /// <returns>How it has ended; null where it has not, and where none is under way.</returns>
    public SaveResult? PollCollective()
    {
        if (_save is not { } save)
            return null;
        var clock = Stopwatch.StartNew();
        var result = StepCollective(save, AgreeCollective(save));
        save.Stall += clock.Elapsed;
        return result;
    }

    /// <summary>Waits for the end of the save.</summary>
    /// <returns>How it has ended; null where none is under way.</returns>
    public SaveResult? FinishCollective()
    {
        while (_save is { } save)
        {
            var clock = Stopwatch.StartNew();
            save.Task.Wait();
            save.Stall += clock.Elapsed;
            if (PollCollective() is { } result)
                return result;
        }
        return null;
    }

    /// <summary>Nothing is written any more when the call returns.</summary>
    public void Dispose()
    {
        _save?.Task.Wait();
        _staged.Dispose();
    }

    /// <summary>Blocks are written as they are asked for.</summary>
    private static void Drain(IEnumerable<long> blocks)
    {
        foreach (var _ in blocks)
        {
        }
    }

    private TaskProgress[] AgreeCollective(Save save)
    {
        var all = new byte[_communicator.WorldSize];
        _communicator.AllGatherCollective([(byte)save.Task.Progress], all);
        return [.. all.Select(value => (TaskProgress)value)];
    }

    /// <summary>Goes on to the next stage where all ranks have ended this one.</summary>
    private SaveResult? StepCollective(Save save, TaskProgress[] ranks)
    {
        if (ranks.Contains(TaskProgress.Busy))
            return null;
        if (ranks.Contains(TaskProgress.Failed))
            return End(save, FailureCollective(save, ranks));
        save.Worked += save.Task.Elapsed;
        save.Stage++;
        switch (save.Stage)
        {
            case Stage.Hashing:
                save.Task = RankTask.Start(() => save.Entries = save.Work.Hash());
                return null;
            case Stage.Committing:
                var entries = EntriesCollective(save);
                save.Task = _communicator.Rank == 0 ? RankTask.Start(() => save.Work.Commit(entries)) : RankTask.Done;
                return null;
            default:
                return End(save, failure: null);
        }
    }

    private SaveResult End(Save save, string? failure)
    {
        if (failure is not null && _communicator.Rank == 0)
            save.Work.Abandon();
        _save = null;
        var contents = save.Contents;
        return new SaveResult(
            contents.Target, contents.State.Tokens, failure, _files.Sum(file => file.Length), save.Stall,
            save.Worked);
    }

    /// <summary>The message of the first rank that failed.</summary>
    private string FailureCollective(Save save, TaskProgress[] ranks)
    {
        var own = new byte[FailureBytes];
        var text = Encoding.UTF8.GetBytes(save.Task.Progress == TaskProgress.Failed ? save.Task.Failure : "");
        text.AsSpan(0, Math.Min(text.Length, own.Length)).CopyTo(own);
        var all = new byte[FailureBytes * ranks.Length];
        _communicator.AllGatherCollective(own, all);
        var rank = Array.IndexOf(ranks, TaskProgress.Failed);
        return $"rank {rank}: {Encoding.UTF8.GetString(all.AsSpan(rank * FailureBytes, FailureBytes)).TrimEnd('\0')}";
    }

    /// <summary>Brings the hashes of all ranks together.</summary>
    private ManifestFile[] EntriesCollective(Save save)
    {
        const int Size = sizeof(long) + HashBytes;
        var own = new byte[_files.Count * Size];
        for (var i = 0; i < _files.Count; i++)
        {
            if (save.Entries[i] is not { } entry)
                continue;
            BinaryPrimitives.WriteInt64LittleEndian(own.AsSpan(i * Size), entry.Bytes);
            Convert.FromHexString(entry.Sha256).CopyTo(own, i * Size + sizeof(long));
        }
        var all = new byte[own.Length * _communicator.WorldSize];
        _communicator.AllGatherCollective(own, all);
        return [.. _files.Select((file, index) =>
        {
            var entry = all.AsSpan(own.Length * (index % _communicator.WorldSize) + index * Size, Size);
            return new ManifestFile(
                file.Name, BinaryPrimitives.ReadInt64LittleEndian(entry),
                Convert.ToHexStringLower(entry[sizeof(long)..]));
        })];
    }

    private enum Stage
    {
        Writing,
        Hashing,
        Committing,
        Committed,
    }

    /// <summary>The save under way, as this rank knows it.</summary>
    private sealed class Save(CheckpointContents contents, ISaveStages work)
    {
        public CheckpointContents Contents => contents;

        public ISaveStages Work => work;

        public Stage Stage { get; set; }

        public RankTask Task { get; set; } = RankTask.Done;

        public TimeSpan Stall { get; set; }

        public TimeSpan Worked { get; set; }

        public IReadOnlyList<ManifestFile?> Entries { get; set; } = [];
    }
}
