using System.Collections.Concurrent;
using System.Text;
using MiniCpmDist.Core.Chat;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.Images;
using MiniCpmDist.Data.Tokenization;

namespace MiniCpmDist.Data.ImageChat;

/// <summary>Makes items of samples: reads every picture once, to know its parts, and keeps none.</summary>
internal sealed class ImageItems(ImageChatOptions options, Tokenizer tokenizer)
{
    private const int ToldPictures = 20;
    private readonly ImageChatEncoder _encoder = new(tokenizer, options.Vision);
    private readonly ConcurrentDictionary<string, Lazy<SlicePlan>> _plans = new();
    private int _tooLong;

    /// <summary>Samples that do not fit into a sequence.</summary>
    public int TooLong => _tooLong;

    /// <summary>Samples read.</summary>
    public int Samples { get; private set; }

    /// <summary>The items of some files, in their order.</summary>
    /// <exception cref="ConfigurationException">Everything that is wrong with samples, or with pictures.</exception>
    public IReadOnlyList<ImageItem> Read(IReadOnlyList<string> files, bool isHeldOut)
    {
        var found = ImageChatFiles.Read(files);
        Samples += found.Count;
        // Each sample is encoded by itself, so threads may share the work; the order stays that of the samples.
        var broken = new ConcurrentDictionary<string, Problem>();
        ImageItem[] items =
        [
            .. found.AsParallel().AsOrdered()
                .Select(entry => Item(entry.Folder, entry.Sample, isHeldOut, broken))
                .OfType<ImageItem>(),
        ];
        var problems = new ProblemCollector();
        foreach (var (_, problem) in broken.OrderBy(entry => entry.Key, StringComparer.Ordinal).Take(ToldPictures))
            problems.Add(problem);
        problems.Require(
            broken.Count <= ToldPictures, string.Join(", ", files), "pictures that can be read",
            $"{broken.Count} that cannot, of which {ToldPictures} are named here", "leave them out, or replace them");
        problems.ThrowIfAny();
        return items;
    }

    private ImageItem? Item(
        string folder, ImageConversation sample, bool isHeldOut, ConcurrentDictionary<string, Problem> broken)
    {
        var pictures = new List<(string File, SlicePlan Plan)>();
        foreach (var name in sample.Images)
        {
            var file = Path.Combine(folder, name);
            try
            {
                pictures.Add((file, _plans.GetOrAdd(file, path => new Lazy<SlicePlan>(() => Plan(path))).Value));
            }
            catch (ConfigurationException exception)
            {
                broken[file] = exception.Problems[0];
                return null;
            }
        }
        var (ids, places) = _encoder.Encode(
            options.Template.Render(sample.Conversation), [.. pictures.Select(picture => picture.Plan)]);
        if (ids.Positions > options.SequenceLength)
        {
            Interlocked.Increment(ref _tooLong);
            return null;
        }
        var messages = sample.Conversation.Messages;
        var text = new ChatItem(
            Array.Empty<int>(), [ids], messages.Sum(message => (long)Encoding.UTF8.GetByteCount(message.Text)),
            messages.Where(message => message.Role == ChatRole.Assistant)
                .Sum(message => (long)Encoding.UTF8.GetByteCount(message.Text)),
            isHeldOut);
        return new ImageItem(text, pictures, places);
    }

    private SlicePlan Plan(string file)
    {
        var (size, rules) = (ImageFile.Read(file).Size, options.Vision.Slices);
        return rules.Accepts(size)
            ? rules.Plan(size)
            : throw new ConfigurationException([new Problem(
                file, $"a longer side of at most {rules.MostAspect} times the shorter", size.ToString(),
                "cut it into several pictures")]);
    }
}
