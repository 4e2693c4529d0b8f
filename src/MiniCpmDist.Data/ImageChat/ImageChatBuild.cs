using System.Text;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Building;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Images;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.ImageChat;

/// <summary>
/// Turns conversations about pictures into a data folder that a run reads like any other: whole conversations, packed
/// best-fit, each isolated, so that no picture is ever cut; one that does not fit into a sequence is dropped and
/// counted. Texts are in memory at once, pictures a few sequences at a time.
/// </summary>
public static class ImageChatBuild
{
    /// <summary>Makes the folder.</summary>
    /// <param name="options">What it is made of.</param>
    /// <param name="folder">Must not exist.</param>
    /// <param name="packed">Told how many sequences are done, of how many in the split.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong with samples or pictures; no folder is
    /// made.</exception>
    public static ImageChatReport Run(ImageChatOptions options, string folder, Action<int, int> packed)
    {
        ArgumentNullException.ThrowIfNull(options);
        var problems = new ProblemCollector();
        PartialFolder.RequireFree(problems, folder);
        problems.ThrowIfAny();
        using var tokenizer = Tokenizer.Load(options.TokenizerPath);
        var reader = new ImageItems(options, tokenizer);
        var train = reader.Read(options.Files, isHeldOut: false);
        var heldOut = reader.Read(options.HeldOut, isHeldOut: true);
        problems.Require(
            train.Count > 0, string.Join(", ", options.Files),
            $"a conversation to train on that fits into {options.SequenceLength} tokens",
            $"{reader.Samples} samples, of which {reader.TooLong} are too long", "give a larger --sequence-length");
        problems.ThrowIfAny();
        using var partial = PartialFolder.Create(folder);
        var (trainSplit, trainImages, trainHash) = Write(options, tokenizer, partial.Path, "train", train, packed);
        var (heldOutSplit, heldOutImages, heldOutHash) =
            Write(options, tokenizer, partial.Path, "held-out", heldOut, packed);
        File.Copy(options.TokenizerPath, partial.File(DataBuild.TokenizerName));
        SyncedFile.Write(
            partial.File(ChatTemplateFile.FileName), Encoding.UTF8.GetBytes(ChatTemplateFile.Write(options.Template)));
        var (vision, rules) = (options.Vision, options.Vision.Slices);
        var manifest = new DataManifest(
            DataManifest.CurrentFormat, options.Name,
            new DataTokenizer(
                DataBuild.TokenizerName, tokenizer.Hash, tokenizer.PieceCount, tokenizer.BosId, tokenizer.EosId),
            options.SequenceLength, Packing.Conversations, 0, trainSplit, heldOutSplit, 0,
            [.. options.Files.Concat(options.HeldOut).Select(Source)])
        {
            Images = new DataImages(
                trainImages.Name, trainHash, trainImages.Parts, heldOutImages.Name, heldOutHash, heldOutImages.Parts,
                rules.Side, rules.Patch, rules.MostSlices, vision.Queries, ImageLayouts.Word(vision.Layout)),
        };
        SyncedFile.Write(partial.File(DataManifest.FileName), Encoding.UTF8.GetBytes(manifest.Write()));
        partial.Commit();
        return new ImageChatReport(
            reader.Samples, train.Count + heldOut.Count, reader.TooLong, trainImages.Parts + heldOutImages.Parts,
            trainSplit.Sequences + heldOutSplit.Sequences,
            train.Concat(heldOut).Sum(item => (long)item.Text.Positions),
            trainSplit.Positions + heldOutSplit.Positions);
    }

    private static DataSource Source(string file) =>
        new(Path.GetFileName(file), new FileInfo(file).Length, SyncedFile.HashOf(file));

    private static (DataSplit Split, ImagePartsWriter Images, string Hash) Write(
        ImageChatOptions options, Tokenizer tokenizer, string folder, string name, IReadOnlyList<ImageItem> items,
        Action<int, int> packed)
    {
        using var images = new ImagePartsWriter(folder, name);
        var (split, bins) = ChatDataBuild.Write(
            tokenizer, folder, name, [.. items.Select(item => item.Text)], options.SequenceLength);
        var done = 0;
        // Threads share the pictures of a few sequences; the blocks stay in the order of the sequences.
        foreach (var some in bins.Chunk(Environment.ProcessorCount * 4))
        {
            foreach (var (block, parts) in Blocks(some, items))
                images.Append(block, parts);
            done += some.Length;
            packed(done, bins.Count);
        }
        return (split, images, images.Finish());
    }

    /// <exception cref="ConfigurationException">A picture is not what it was a while ago.</exception>
    private static (byte[] Block, int Parts)[] Blocks(
        IReadOnlyList<int>[] bins, IReadOnlyList<ImageItem> items)
    {
        try
        {
            return [.. bins.AsParallel().AsOrdered().Select(bin => Block(bin, items))];
        }
        catch (AggregateException failures) when (failures.InnerExceptions.All(one => one is ConfigurationException))
        {
            throw new ConfigurationException(
                [.. failures.InnerExceptions.SelectMany(one => ((ConfigurationException)one).Problems)]);
        }
    }

    private static (byte[] Block, int Parts) Block(IReadOnlyList<int> bin, IReadOnlyList<ImageItem> items)
    {
        var (parts, start) = (new List<PlacedPart>(), 0);
        foreach (var item in bin.Select(index => items[index]))
        {
            var cut = item.Pictures.SelectMany(picture => ImageSlicer.Cut(ImageFile.Read(picture.File), picture.Plan));
            parts.AddRange(cut.Zip(item.Places).Select(part => new PlacedPart(part.First, start + part.Second)));
            start += item.Text.Positions;
        }
        return (ImagePartsWriter.Block(parts), parts.Count);
    }
}
