using System.Globalization;
using MiniCpmDist.Core.Alignment;
using MiniCpmDist.Core.Configuration;
using MiniCpmDist.Core.DataOrder;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Values;
using MiniCpmDist.Data.Chat;
using MiniCpmDist.Data.TokenFolders;
using MiniCpmDist.Runs.Checkpoints;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Runs.Lineage;

/// <summary>
/// Makes a run that aligns the model of an exact checkpoint of another run. Its data are built into its own folder,
/// which appears when everything in it is there and checked.
/// </summary>
/// <param name="Checkpoint">The checkpoint whose weights it begins with.</param>
/// <param name="Parent">The run that the checkpoint is of; null where the weights come from a model's folder.</param>
/// <param name="ParentOptions">Its configuration, with the schedule that the checkpoint has.</param>
/// <param name="Tokens">Sequence positions consumed at the checkpoint.</param>
public sealed record AlignedRun(
    CheckpointFolder? Checkpoint, RunFolder? Parent, RunOptions ParentOptions, long Tokens)
{
    /// <summary>Name of the folder with the data in the run's folder.</summary>
    public const string DataName = "data";

    /// <summary>A checkpoint of a run as the parent.</summary>
    /// <exception cref="ConfigurationException">It is damaged.</exception>
    public static AlignedRun Of(RunFolder parent, RunOptions options, CheckpointFolder checkpoint)
    {
        ArgumentNullException.ThrowIfNull(options);
        CheckpointReader.Verify(checkpoint);
        var state = CheckpointReader.LoadState(checkpoint);
        var followed = state.Run == options.Name && state.Schedule is { } schedule
            ? options.With(schedule.Live)
            : options;
        return new AlignedRun(checkpoint, parent, followed, state.Tokens);
    }

    /// <summary>Makes the folder; training the run is a resume.</summary>
    /// <param name="path">The new run's folder.</param>
    /// <param name="alignment">The method.</param>
    /// <param name="data">What its data are made of.</param>
    /// <param name="epochs">How often the data are read.</param>
    /// <param name="overrides">Keys of the run file with other values.</param>
    /// <param name="check">Checks the run as its first start will check it.</param>
    /// <exception cref="ConfigurationException">Everything that is wrong; nothing is made then.</exception>
    public (RunFolder Folder, RunOptions Options, ChatDataReport Data) Create(
        string path, AlignmentOptions alignment, ChatDataOptions data, double epochs, string[] overrides,
        Action<RunOptions> check)
    {
        ArgumentNullException.ThrowIfNull(check);
        var pin = Parent is null ? null : BranchPins.Place(Parent, Checkpoint!.Step, path);
        try
        {
            (RunOptions Options, ChatDataReport Report)? made = null;
            var folder = RunFolder.Create(path, partial =>
            {
                made = Fill(partial, path, alignment, data, epochs, overrides, check);
                return made.Value.Options;
            });
            return (folder, made!.Value.Options, made.Value.Report);
        }
        catch
        {
            if (pin is not null)
                File.Delete(pin);
            throw;
        }
    }

    private (RunOptions Options, ChatDataReport Report) Fill(
        string partial, string path, AlignmentOptions alignment, ChatDataOptions data, double epochs,
        string[] overrides, Action<RunOptions> check)
    {
        var built = Path.GetFullPath(Path.Combine(partial, DataName));
        var report = ChatDataBuild.Run(data, built);
        var manifest = DataManifest.Read(built);
        var place = Path.GetFullPath(Path.Combine(path, DataName));
        var source = new SourceOptions { Name = data.Name, Path = place, HeldOut = place };
        var options = AlignedOptions.From(
            ParentOptions, Tokens, alignment, new RunFolder(path).Name, source, manifest.Train.Sequences,
            data.SequenceLength, epochs, manifest.HeldOut.Documents > 0);
        options = options with
        {
            Parent = Parent is null
                ? null
                : new ParentOptions(Path.GetRelativePath(path, Parent.Path), Checkpoint!.Step),
            InitFrom = Parent is null ? ParentOptions.InitFrom : null,
        };
        var problems = new ProblemCollector();
        var resolved = RunFile.Read(
            RunFile.Write(options), new RunFolder(path).ConfigurationPath, problems, overrides);
        problems.ThrowIfAny();
        check(resolved! with
        {
            Data = resolved.Data with { Sources = [source with { Path = built, HeldOut = built }] },
        });
        return (resolved, report);
    }
}
