using System.Globalization;
using CsCheck;

namespace MiniCpmDist.Fuzz.Tests;

/// <summary>
/// Every reader of bytes that others may have written gets contents that are nearly valid, and ends in success or in a
/// message of ours, in bounded memory. An execution is a function of the reader and its number: the numbers from 0 on
/// are always the same contents.
/// </summary>
/// <remarks>
/// <c>MINICPM_FUZZ_EXECUTIONS</c> is the number of executions for each reader, <see cref="UsualExecutions"/> where it
/// is not set, and <c>MINICPM_FUZZ_FIRST</c> the number that they begin with. For a long search:
/// <code>
/// MINICPM_FUZZ_EXECUTIONS=50000 MINICPM_FUZZ_FIRST=1000000 \
///     artifacts/bin/MiniCpmDist.Fuzz.Tests/release/MiniCpmDist.Fuzz.Tests
/// </code>
/// A failure names the execution and has its content in Base64; the reader's valid contents have to grow by it, or a
/// test of the reader's own, once the problem is mended.
/// </remarks>
public sealed class UntrustedBytesTests : IDisposable
{
    private const int UsualExecutions = 150;

    /// <summary>Of one execution; the longest content has 64 KiB.</summary>
    private const long MostAllocatedBytes = 64 << 20;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("minicpm-fuzz-");

    public static TheoryData<string> Names => new(Readers.All("").Select(reader => reader.Name));

    public void Dispose() => _folder.Delete(recursive: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void A_reader_takes_what_is_valid(string name)
    {
        var reader = Find(name);
        foreach (var content in reader.Valid)
            reader.Read(content);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_reader_ends_with_a_message_of_ours_or_well_whatever_it_is_given(string name)
    {
        var reader = Find(name);
        var contents = Mutations.Of(reader.Valid);
        var first = Setting("MINICPM_FUZZ_FIRST", 0);
        var end = first + Setting("MINICPM_FUZZ_EXECUTIONS", UsualExecutions);
        for (var number = first; number < end; number++)
        {
            var content = contents.Generate(new PCG(1, (ulong)number), null, out _);
            var before = GC.GetAllocatedBytesForCurrentThread();
            var failure = Failure(reader, content);
            if (GC.GetAllocatedBytesForCurrentThread() - before is > MostAllocatedBytes and var allocated)
                failure ??= $"it allocated {allocated:N0} bytes";
            if (failure is not null)
                Assert.Fail($"{name}, execution {number}: {failure}\ncontent: {Convert.ToBase64String(content)}");
        }
    }

    private static string? Failure(Reader reader, byte[] content)
    {
        try
        {
            reader.Read(content);
            return null;
        }
        catch (Exception exception) when (Refusals.IsOne(exception))
        {
            return null;
        }
        catch (Exception exception)
        {
            return exception.ToString();
        }
    }

    private Reader Find(string name) => Readers.All(_folder.FullName).Single(reader => reader.Name == name);

    private static long Setting(string variable, long usual) =>
        Environment.GetEnvironmentVariable(variable) is { Length: > 0 } text
            ? long.Parse(text, CultureInfo.InvariantCulture)
            : usual;
}
