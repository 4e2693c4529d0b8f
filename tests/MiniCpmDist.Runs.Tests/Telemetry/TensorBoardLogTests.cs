using System.Buffers.Binary;
using System.Text;
using MiniCpmDist.Core.Formats;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Runs;
using MiniCpmDist.Core.Schedules;
using MiniCpmDist.Runs.Telemetry;

namespace MiniCpmDist.Runs.Tests.Telemetry;

public sealed class TensorBoardLogTests : IDisposable
{
    private static readonly RunProgress s_progress = new("first", 4, 10, 400, 1000, 2, 1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minicpm-boards-");

    [Fact]
    public void A_run_has_a_folder_of_its_name_and_each_event_is_a_whole_record()
    {
        using (var log = TensorBoardLog.Open(_folder.FullName, "first", TimeProvider.System))
        {
            log.Started(s_progress);
            log.Stepped(
                new StepReport(
                    5, 500, 4.25, 0.01, 100, 0.5, 0.1, 0, PhaseKind.Stable, 1, [new SourceLoss("c4", 4.25, 1.5, 99)]),
                s_progress);
            log.Evaluated(new HeldOutReport(5, 500, 4.5, 8, 1, []));
            log.Scored(new TaskScoresReport(
                5, 500, 1, 10, 1, [new TaskScore("mmlu", "harness", "likelihood", "sum", true, 0.25, 0.1, 40)]));
        }

        var file = Assert.Single(_folder.GetDirectories("first").Single().GetFiles());
        var texts = Messages(File.ReadAllBytes(file.FullName)).Select(Encoding.Latin1.GetString).ToArray();

        Assert.StartsWith("events.out.tfevents.", file.Name, StringComparison.Ordinal);
        Assert.Equal(5, texts.Length);
        Assert.Contains("brain.Event:2", texts[0], StringComparison.Ordinal);
        // START at step 5.
        Assert.EndsWith("\u0010\u0005\u003a\u0002\u0008\u0001", texts[1], StringComparison.Ordinal);
        Assert.Contains("loss/train by source/c4", texts[2], StringComparison.Ordinal);
        Assert.Contains("loss/held out", texts[3], StringComparison.Ordinal);
        Assert.Contains("mmlu/harness, likelihood, sum", texts[4], StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_a_problem_of_its_key()
    {
        var file = Path.Combine(_folder.FullName, "file");
        File.WriteAllText(file, "");

        var refused = Assert.Throws<ConfigurationException>(
            () => TensorBoardLog.Open(file, "first", TimeProvider.System));

        Assert.Equal("telemetry.tensorboard", Assert.Single(refused.Problems).Where);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static IEnumerable<byte[]> Messages(byte[] file)
    {
        for (var at = 0; at < file.Length;)
        {
            var length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at));
            var message = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(
                TensorBoardEvent.MaskedCrc(message),
                BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return message;
            at += length + 16;
        }
    }
}
