using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Native.Posix;

namespace MiniCpmDist.Runs.Checkpoints;

/// <summary>Verifies a committed checkpoint: every file is compared with the manifest's hash.</summary>
public static class CheckpointReader
{
    /// <summary>
    /// Compares every file with the manifest, and the manifest with what a checkpoint must have: the problems name the
    /// files that differ and what is missing (<see cref="CheckpointCompleteness"/>).
    /// </summary>
    public static CheckpointManifest Verify(CheckpointFolder checkpoint)
    {
        var manifest = CheckpointManifest.Read(InputFile.ReadText(checkpoint.ManifestPath), checkpoint.ManifestPath);
        var problems = new ProblemCollector();
        CheckpointCompleteness.RequireNames(checkpoint, manifest, problems);
        foreach (var problem in manifest.Files.Select(expected => Check(checkpoint.Path, expected)).OfType<Problem>())
            problems.Add(problem);
        problems.ThrowIfAny();
        CheckpointCompleteness.RequireContents(checkpoint, manifest, problems);
        problems.ThrowIfAny();
        return manifest;
    }

    /// <summary>
    /// Verifies a checkpoint as <see cref="Verify"/> does, and that it belongs to this run and to the step that its
    /// folder's name has.
    /// </summary>
    public static CheckpointManifest VerifyOf(string run, CheckpointFolder checkpoint)
    {
        var manifest = Verify(checkpoint);
        var problems = new ProblemCollector();
        problems.Require(
            manifest.Run == run, checkpoint.ManifestPath, $"a checkpoint of the run {run}", $"one of {manifest.Run}",
            "move it to where it belongs");
        problems.Require(
            manifest.Step == checkpoint.Step, checkpoint.ManifestPath, $"step {checkpoint.Step}, as the folder says",
            $"step {manifest.Step}", "give the folder its name back");
        problems.ThrowIfAny();
        return manifest;
    }

    public static CheckpointState LoadState(CheckpointFolder checkpoint) =>
        CheckpointState.Read(Path.Combine(checkpoint.Path, CheckpointState.FileName));

    private static Problem? Check(string folder, ManifestFile expected)
    {
        var path = Path.Combine(folder, expected.Name);
        const string Advice = "resume from an earlier checkpoint, or copy this one again";
        if (!File.Exists(path))
            return new Problem(path, "the file that MANIFEST names", "no such file", Advice);
        var kind = RegularFile.KindOf(path);
        if (kind != FileKind.RegularFile)
            return new Problem(path, "a regular file", RegularFile.Describe(kind), Advice);
        // The size is compared first: a file that has grown without bounds is not read to its end.
        var bytes = new FileInfo(path).Length;
        if (bytes != expected.Bytes)
            return new Problem(path, $"{expected.Bytes} bytes", $"{bytes} bytes", Advice);
        var found = DurableFile.Describe(folder, expected.Name);
        return found == expected
            ? null
            : new Problem(
                path,
                $"{expected.Bytes} bytes with SHA-256 {expected.Sha256}",
                $"{found.Bytes} bytes with {found.Sha256}",
                Advice);
    }
}
