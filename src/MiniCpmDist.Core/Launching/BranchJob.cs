using System.Globalization;

namespace MiniCpmDist.Core.Launching;

/// <summary>A decay branch that is to be a job of its own: what the template's placeholders stand for.</summary>
public sealed record BranchJob
{
    /// <summary>The trunk.</summary>
    public required string Run { get; init; }

    /// <summary>The branch.</summary>
    public required string Branch { get; init; }

    /// <summary>Step of the trunk's checkpoint that it begins with.</summary>
    public required long ParentStep { get; init; }

    public required int Ranks { get; init; }

    /// <summary>Ranks of one worker pod.</summary>
    public int Slots { get; init; } = 1;

    /// <summary>Container image.</summary>
    public required string Image { get; init; }

    /// <summary>The branch's folder, as pods see it.</summary>
    public required string Folder { get; init; }

    /// <summary>The trunk's folder, as pods see it.</summary>
    public required string ParentFolder { get; init; }

    /// <summary>The trunk's folder inside the volume.</summary>
    public required string ParentSubPath { get; init; }

    /// <summary>The object whose deletion also deletes the job.</summary>
    public required string Owner { get; init; }

    /// <summary>The owner's uid, which only the API server knows; null leaves the owner out.</summary>
    public string? OwnerUid { get; init; }

    /// <summary>Values by placeholder.</summary>
    public IReadOnlyDictionary<string, string?> Values() => new Dictionary<string, string?>
    {
        ["job"] = JobName.Of(Branch),
        ["run"] = JobName.Label(Run),
        ["branch"] = JobName.Label(Branch),
        ["parent_step"] = Text(ParentStep),
        ["ranks"] = Text(Ranks),
        ["slots"] = Text(Slots),
        ["workers"] = Text((Ranks + Slots - 1) / Slots),
        ["image"] = Image,
        ["folder"] = Folder,
        ["parent_folder"] = ParentFolder,
        ["parent_sub_path"] = ParentSubPath,
        ["owner"] = Owner,
        ["owner_uid"] = OwnerUid,
    };

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
