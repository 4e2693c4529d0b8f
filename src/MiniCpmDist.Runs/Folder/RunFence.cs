using System.Globalization;
using System.Text;
using MiniCpmDist.Core.Problems;
using MiniCpmDist.Data.Files;

namespace MiniCpmDist.Runs.Folder;

/// <summary>
/// The number of the world that may write a run. Each start raises it, and a writer checks before each write that the
/// number is still its own. A world that seemed dead may wake up after its process was stopped, its host frozen, or its
/// network lost. It then finds a higher number and ends without writing anything.
/// </summary>
/// <remarks>
/// The lock of <see cref="RunLock"/> keeps two worlds of one host apart. But it is held as long as its process lives,
/// even if that is of no use any more, and some network file systems have no locks. The number has neither limit.
/// </remarks>
public sealed class RunFence
{
    private const string FileName = ".fence";

    // Nobody starts a run that often. One more than the largest number would be the smallest.
    private const long LargestNumber = 1L << 53;

    private readonly RunFolder _folder;
    private readonly string _path;
    private readonly long _number;

    private RunFence(RunFolder folder, string path, long number) => (_folder, _path, _number) = (folder, path, number);

    /// <summary>Takes the run over: every earlier holder is shut out when the call returns.</summary>
    public static RunFence Raise(RunFolder folder)
    {
        var path = Path.Combine(folder.Path, FileName);
        var before = Read(path);
        if (before >= LargestNumber)
            throw Damaged(path, $"{before}");
        var number = before + 1;
        SyncedFile.Write(path, Encoding.ASCII.GetBytes(number.ToString(CultureInfo.InvariantCulture) + "\n"));
        return new RunFence(folder, path, number);
    }

    /// <summary>The number of the world that may write a run now; 0 before the first.</summary>
    public static long NumberOf(RunFolder folder) => Read(Path.Combine(folder.Path, FileName));

    /// <exception cref="FencedException">Another world has taken the run over.</exception>
    public void Require()
    {
        if (!File.Exists(_path))
            throw FencedException.Gone(_folder.Path);
        var found = Read(_path);
        if (found != _number)
            throw FencedException.TakenOver(_folder.Path, _number, found);
    }

    private static long Read(string path)
    {
        if (!File.Exists(path))
            return 0;
        var text = InputFile.ReadText(path);
        if (long.TryParse(text, NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var number)
            && number > 0)
            return number;
        throw Damaged(path, text.Trim());
    }

    private static ConfigurationException Damaged(string path, string found) => new([new Problem(
        path, $"a whole number above zero and below {LargestNumber}", $"`{found}`",
        "the file is damaged: write a number into it that no attempt has had, such as 1000")]);
}
