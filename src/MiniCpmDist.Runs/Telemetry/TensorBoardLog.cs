using System.Globalization;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Recovery;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Runs.Telemetry;

/// <summary>
/// Writes what a run measures for TensorBoard. Each process has a file of its own, and says at which step it goes on:
/// TensorBoard then forgets what an earlier one had from there on. A disk that takes nothing loses events and no step;
/// metrics.jsonl has them all.
/// </summary>
public sealed class TensorBoardLog : IStepObserver, IDisposable
{
    private readonly FileStream _file;
    private readonly TimeProvider _time;

    private TensorBoardLog(FileStream file, TimeProvider time)
    {
        (_file, _time) = (file, time);
        Write(TensorBoardEvent.Version(Now));
    }

    /// <summary>Opens a file of this process.</summary>
    /// <param name="folder">That of the configuration; each run has one below it, which TensorBoard shows by its name.
    /// </param>
    /// <param name="run">Name of the run.</param>
    /// <param name="time">The clock.</param>
    /// <exception cref="ConfigurationException">It cannot be made.</exception>
    public static TensorBoardLog Open(string folder, string run, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(time);
        try
        {
            var own = Path.Combine(folder, run);
            Directory.CreateDirectory(own);
            var name = string.Create(
                CultureInfo.InvariantCulture,
                $"events.out.tfevents.{time.GetUtcNow().ToUnixTimeSeconds():D10}.{Environment.MachineName}"
                + $".{Environment.ProcessId}.0");
            return new TensorBoardLog(
                new FileStream(Path.Combine(own, name), FileMode.Append, FileAccess.Write, FileShare.Read, 0), time);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new Problem(
                "telemetry.tensorboard", "a folder that this user can write",
                $"{folder}: {exception.Message.TrimEnd('.')}",
                "name another folder, or remove the key")]);
        }
    }

    /// <inheritdoc/>
    public void Started(RunProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Write(TensorBoardEvent.Start(Now, progress.Step + 1));
    }

    /// <inheritdoc/>
    public void Stepped(StepReport report, RunProgress progress)
    {
        ArgumentNullException.ThrowIfNull(report);
        Write(report.Step,
        [
            ("loss/train", report.Loss),
            .. report.Sources.Select(source => ($"loss/train by source/{source.Source}", source.Loss)),
            .. report.Measures.Select(measure => ($"train/{measure.Name}", measure.Value)),
            ("schedule/learning rate", report.LearningRate),
            ("schedule/token batch", report.TokenBatch),
            ("schedule/tokens", report.Tokens),
            ("train/gradient norm", report.GradientNorm),
            ("speed/tokens a second", report.TokenBatch / report.Seconds),
        ]);
    }

    /// <inheritdoc/>
    public void Evaluated(HeldOutReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Write(report.Step,
        [
            ("loss/held out", report.Loss),
            .. report.Sources.Select(source => ($"loss/held out by source/{source.Source}", source.Loss)),
            .. report.Measures.Select(measure => ($"held out/{measure.Name}", measure.Value)),
        ]);
    }

    /// <inheritdoc/>
    public void Scored(TaskScoresReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Write(report.Step, report.Scores.Select(
            score => ($"{score.Task}/{score.Flavour}, {score.Mode}, {score.Rule}", score.Score)));
    }

    /// <inheritdoc/>
    public void Skipped(long step, double loss, double gradientNorm) =>
        Write(step, [("train/skipped", 1)]);

    /// <inheritdoc/>
    public void RolledBack(RollbackReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        Write(report.FromStep, [("train/rolled back", 1)]);
    }

    public void Dispose() => _file.Dispose();

    private double Now => (_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds;

    private void Write(long step, IEnumerable<(string Tag, double Value)> scalars) =>
        Write(TensorBoardEvent.Scalars(Now, step, scalars));

    /// <summary>A part of a record would hide all that follow it.</summary>
    private void Shorten(long end)
    {
        try
        {
            _file.SetLength(end);
        }
        catch (IOException)
        {
            // The disk takes nothing at all; the next event tries again.
        }
    }

    private void Write(byte[] record)
    {
        var end = _file.Position;
        try
        {
            _file.Write(record);
        }
        catch (IOException)
        {
            Shorten(end);
        }
    }
}
