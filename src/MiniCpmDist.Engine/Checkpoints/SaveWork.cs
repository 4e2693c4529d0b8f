using System.Text;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Data.Tokenization;
using MiniCpmDist.Native.Posix;
using MiniCpmDist.Runs.Checkpoints;

namespace MiniCpmDist.Engine.Checkpoints;

/// <summary>The stages of a save, with this rank's share of the files.</summary>
internal sealed class SaveWork(
    CheckpointContents contents, IReadOnlyList<TensorFile> files, StagedState staged, int rank, int worldSize)
    : ISaveStages
{
    private const int BlockElements = 1 << 21;

    /// <summary>The manifest's entries of the small files, in its order; rank 0 only.</summary>
    private readonly List<ManifestFile> _small = [];

    /// <summary>Returns the file that this rank hashes; ranks take the files in turn.</summary>
    public bool Hashes(int file) => file % worldSize == rank;

    public void MakeFolder()
    {
        Discard(contents.Partial);
        Directory.CreateDirectory(contents.Partial);
    }

    public IEnumerable<long> Write()
    {
        foreach (var bytes in files.SelectMany(WritePart))
            yield return bytes;
        if (rank == 0)
            WriteSmall();
    }

    public IReadOnlyList<ManifestFile?> Hash() =>
        [.. files.Select((file, index) => Hashes(index) ? Describe(file) : null)];

    public void Commit(IReadOnlyList<ManifestFile> tensors)
    {
        // The state is the last of the small files, and of all.
        var manifest = new CheckpointManifest(
            contents.State.Run, contents.State.Step, contents.State.Tokens,
            [tensors[0], .. _small.SkipLast(1), .. tensors.Skip(1), _small[^1]]);
        FolderSync.Flush(contents.Partial);
        WriteText(CheckpointFolder.ManifestName, manifest.Write());
        FolderSync.Flush(contents.Partial);
        contents.BeforePublishing();
        Publish(contents.Partial, contents.Target.Path);
    }

    public void Abandon()
    {
        try
        {
            Discard(contents.Partial);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // The failure that led here is the one to report.
        }
    }

    private void WriteSmall()
    {
        var tokenizer = Tokenizer.ReadModel(contents.TokenizerPath);
        var special = SpecialPieces.Read(tokenizer);
        _small.Add(WriteText(
            "config.json", HuggingFaceConfig.Write(contents.Shape, contents.SequenceLength, "float32", special)));
        _small.Add(WriteText(
            HuggingFaceCompanions.GenerationName,
            HuggingFaceCompanions.Generation(special, StandardSampling.Temperature, StandardSampling.TopK)));
        _small.Add(DurableFile.Write(contents.Partial, "tokenizer.model", stream => stream.Write(tokenizer)));
        _small.Add(WriteText(
            HuggingFaceCompanions.TokenizerName,
            HuggingFaceCompanions.Tokenizer(
                special, contents.SequenceLength,
                contents.Template is { } template ? ChatJinja.Of(template) : null)));
        if (contents.Base is { } adapted)
        {
            _small.Add(WriteText(AdapterConfig.FileName, adapted.Configuration(contents.Target.Path)));
            _small.Add(WriteText(AdapterConfig.BaseHashesName, adapted.Hashes(contents.Target.Path)));
        }
        _small.Add(WriteText(CheckpointState.FileName, contents.State.Write()));
    }

    private IEnumerable<long> WritePart(TensorFile file)
    {
        using var writer = new DirectWriter(Path.Combine(contents.Partial, file.Name));
        if (rank == 0)
            writer.Write(0, file.Header);
        foreach (var (position, place, count) in file.PartsOf(staged.Owned))
        {
            for (var first = 0L; first < count; first += BlockElements)
            {
                var elements = (int)Math.Min(BlockElements, count - first);
                writer.Write(
                    position + first * sizeof(float), staged.Bytes(file.Part, place + first, elements));
                yield return elements * sizeof(float);
            }
        }
        writer.FlushToDisk();
    }

    private ManifestFile Describe(TensorFile file)
    {
        var entry = DurableFile.Describe(contents.Partial, file.Name);
        return entry.Bytes == file.Length
            ? entry
            : throw new IOException(
                $"Expected {file.Length} bytes in {Path.Combine(contents.Partial, file.Name)} after writing, "
                + $"found {entry.Bytes}.");
    }

    private ManifestFile WriteText(string name, string text) =>
        DurableFile.Write(contents.Partial, name, stream => stream.Write(Encoding.UTF8.GetBytes(text)));

    /// <summary>
    /// Gives a complete folder its name. One of that name is there when a run was resumed from before it; it is moved
    /// aside rather than deleted first, so that there is never a moment with neither on the disk.
    /// </summary>
    private static void Publish(string partial, string target)
    {
        var replaced = target + ".replaced" + CheckpointFolder.PartialSuffix;
        Discard(replaced);
        if (Directory.Exists(target))
            Directory.Move(target, replaced);
        Directory.Move(partial, target);
        FolderSync.Flush(Path.GetDirectoryName(target)!);
        Discard(replaced);
    }

    private static void Discard(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
    }
}
