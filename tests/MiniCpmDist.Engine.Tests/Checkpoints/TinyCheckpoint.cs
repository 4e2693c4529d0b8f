using MiniCpmDist.Engine.Tests.Training;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Tests.Fixtures;

namespace MiniCpmDist.Engine.Tests.Checkpoints;

/// <summary>The checkpoint of a run of six steps; tests damage copies of it.</summary>
public sealed class TinyCheckpoint : IDisposable
{
    private readonly TinyData _data = new();
    private readonly CheckpointFolder _original;

    public TinyCheckpoint()
    {
        var run = TinyRun.Create(_data);
        run.Train();
        RunPath = run.Folder.Path;
        _original = run.Folder.NewestCheckpoint!;
    }

    public string RunPath { get; }

    /// <summary>The folder of the data that the run trained on.</summary>
    public string DataPath => Path.Combine(_data.Folder, "data");

    public CheckpointFolder Copy()
    {
        var copy = CheckpointFolder.At(Path.Combine(_data.Folder, Path.GetRandomFileName()), _original.Step);
        Directory.CreateDirectory(copy.Path);
        foreach (var path in Directory.EnumerateFiles(_original.Path))
            File.Copy(path, Path.Combine(copy.Path, Path.GetFileName(path)));
        return copy;
    }

    public void Dispose() => _data.Dispose();
}
