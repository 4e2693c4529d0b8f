using System.CommandLine;
using MiniCpmDist.Cli.Display;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Core.Images;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;
using MiniCpmDist.Data.Images;

namespace MiniCpmDist.Cli.Commands;

/// <summary><c>minicpm data inspect --image</c>: what becomes of pictures before a model reads them.</summary>
internal sealed class ImageInspection
{
    private readonly Option<string[]> _images = new("--image")
    {
        Description = "Print how these pictures are cut into slices, and how many tokens they take.",
        AllowMultipleArgumentsPerToken = true,
    };

    private readonly Option<string> _layout = new("--image-layout")
    {
        Description = "With --image: how a picture stands in the text: v2 (MiniCPM-V 2.0, 2.5) or v2.6.",
        DefaultValueFactory = _ => ImageLayouts.Word(ImageLayout.TaggedSlices),
    };

    private readonly Option<int> _queries = new Option<int>("--image-queries")
    {
        Description = "With --image: features of a part; 96 in MiniCPM-V 2.5.",
        DefaultValueFactory = _ => 64,
    }.Within(1, 4096);

    private readonly Option<int> _slices = new Option<int>("--most-slices")
    {
        Description = "With --image: slices of a picture at most; 0: none.",
        DefaultValueFactory = _ => new SliceRules().MostSlices,
    }.Within(0, 100);

    private readonly Option<string?> _parts = new("--parts")
    {
        Description = "With --image: write the parts as PNG into this folder, which must not exist.",
    };

    public void AddTo(Command command)
    {
        _layout.AcceptOnlyFromAmong(
            ImageLayouts.Word(ImageLayout.OuterSlices), ImageLayouts.Word(ImageLayout.TaggedSlices));
        foreach (var option in (Option[])[_images, _layout, _queries, _slices, _parts])
            command.Options.Add(option);
    }

    /// <returns>False where the command line asks for nothing of this.</returns>
    /// <exception cref="ConfigurationException">Everything that is wrong.</exception>
    public bool Run(ParseResult line, bool json)
    {
        if (line.GetValue(_images) is not { Length: > 0 } files)
            return false;
        var problems = new ProblemCollector();
        var layout = line.GetValue(_layout) == ImageLayouts.Word(ImageLayout.OuterSlices)
            ? ImageLayout.OuterSlices
            : ImageLayout.TaggedSlices;
        var (rules, queries) = (new SliceRules(MostSlices: line.GetValue(_slices)), line.GetValue(_queries));
        var folder = line.GetValue(_parts);
        if (folder is not null)
            PartialFolder.RequireFree(problems, folder);
        problems.ThrowIfAny();
        using var parts = folder is null ? null : PartialFolder.Create(folder);
        foreach (var (number, file) in files.Index())
        {
            // A broken picture does not hide the others.
            if (problems.Try(() => Read(file, rules)) is not { } image)
                continue;
            var plan = rules.Plan(image.Size);
            var told = new
            {
                Image = file,
                image.Width,
                image.Height,
                plan.Columns,
                plan.Rows,
                Overview = plan.Overview.ToString(),
                Slice = plan.Slices == 0 ? null : plan.Slice.ToString(),
                Patches = plan.Patches(rules.Patch),
                Features = plan.Parts * queries,
                Tokens = layout.Tokens(plan, queries),
                Text = layout.Text(plan, queries),
            };
            if (json)
                Console.WriteLine(JsonLine.Of(told));
            else
                ImageText.Lines(file, image.Size, plan, rules, layout, queries).ToList().ForEach(Console.WriteLine);
            if (parts is not null)
                Write(parts, number, ImageSlicer.Cut(image, plan));
        }
        problems.ThrowIfAny();
        parts?.Commit();
        return true;
    }

    private static RgbImage Read(string file, SliceRules rules)
    {
        var image = ImageFile.Read(file);
        return rules.Accepts(image.Size)
            ? image
            : throw new ConfigurationException([new Problem(
                file, $"a longer side of at most {rules.MostAspect} times the shorter", image.Size.ToString(),
                "cut it into several pictures")]);
    }

    private static void Write(PartialFolder folder, int number, IReadOnlyList<RgbImage> parts)
    {
        foreach (var (i, part) in parts.Index())
            PngFile.Write(folder.File(FormattableString.Invariant($"image-{number}-part-{i:D2}.png")), part);
    }
}
