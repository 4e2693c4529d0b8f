namespace MiniCpmDist.Architecture.Tests;

public sealed class BannedApiTests
{
    /// <summary>
    /// Members that make a result depend on when or where it is computed, and the projects that may use them all the
    /// same.
    /// </summary>
    public static TheoryData<string, string[]> BannedMembers { get; } = new()
    {
        // TimeProvider is an argument where time matters. gRPC's deadlines are DateTimes in UTC by definition.
        { "System.DateTime.get_Now", [] },
        { "System.DateTime.get_UtcNow", ["MiniCpmDist.Coordinator"] },
        { "System.DateTimeOffset.get_Now", [] },
        { "System.DateTimeOffset.get_UtcNow", [] },
        // Who sleeps misses the signal it should wait for.
        { "System.Threading.Thread.Sleep", [] },
        // All randomness comes from Core's counter-based generator: a seed and an index, no hidden state.
        { "System.Random.get_Shared", [] },
        { "System.Random..ctor", [] },
        // The composition root reads the environment and hands on what it found.
        { "System.Environment.GetEnvironmentVariable", ["MiniCpmDist.Cli"] },
        // Only a world of one rank ends like this: the abort that MPI has for larger ones.
        { "System.Environment.Exit", ["MiniCpmDist.Data", "MiniCpmDist.Engine"] },
        // Files of others are regular ones and have a bound: RegularFile, InputFile.
        { "System.IO.File.ReadAllText", ["MiniCpmDist.Native"] },
        { "System.IO.File.ReadAllLines", ["MiniCpmDist.Native"] },
        { "System.IO.File.ReadAllBytes", [] },
        { "System.IO.File.OpenRead", [] },
        { "System.IO.File.OpenText", [] },
        // TorchSharp 0.107.0 adds the product of the wrong two; LibTorch/KnownFaultTests notices when it is put right.
        { "TorchSharp.torch.Tensor.baddbmm", [] },
        // The object of a number lives only until its address is taken; Engine/Tensors/ScalarMath keeps it for as long
        // as libtorch reads it. Operators of a tensor and a number make one inside TorchSharp.
        { "TorchSharp.Scalar.op_Implicit", [] },
        // Shapes that do not fit end the process here; mm and bmm throw.
        { "TorchSharp.torch.Tensor.matmul", [] },
        { "TorchSharp.torch.matmul", [] },
    };

    [Theory]
    [MemberData(nameof(BannedMembers))]
    public void Nobody_uses_a_banned_member(string member, string[] mayUseIt)
    {
        var users = Repository.Projects.Values.Where(project => AssemblyFacts.Of(project).UsedMembers.Contains(member));

        Violations.RequireNone(users.Select(project => project.Name).Except(mayUseIt));
    }

    [Fact]
    public void No_operator_takes_a_tensor_and_a_number() =>
        Violations.RequireNone(
            from project in Repository.Projects.Values
            from member in AssemblyFacts.Of(project).TensorOperatorsOnNumbers
            select $"{project.Name}: {member}");

    [Fact]
    public void Nobody_calls_what_makes_an_object_of_a_number_inside_TorchSharp()
    {
        Assert.Contains("TorchSharp.torch.Tensor.add_(Tensor)", HiddenNumbers.Members);
        Violations.RequireNone(
            from project in Repository.Projects.Values
            from member in HiddenNumbers.UsedBy(project)
            select $"{project.Name}: {member}");
    }

    [Fact]
    public void Numbers_become_operands_of_tensors_in_one_file() =>
        Assert.Equal(
            ["src/MiniCpmDist.Engine/Tensors/ScalarMath.cs"],
            Repository.TextFiles()
                .Where(file => file.StartsWith("src/", StringComparison.Ordinal)
                    && file.EndsWith(".cs", StringComparison.Ordinal))
                .Where(file => Repository.Lines(file)
                    .Any(line => line.Contains(".ToScalar()", StringComparison.Ordinal))));

    [Theory]
    [InlineData("System.IO.File")]
    [InlineData("System.IO.Directory")]
    [InlineData("System.IO.FileInfo")]
    [InlineData("System.IO.DirectoryInfo")]
    [InlineData("System.IO.FileStream")]
    [InlineData("System.Console")]
    [InlineData("System.TimeProvider")]
    [InlineData("System.Diagnostics.Stopwatch")]
    [InlineData("System.Diagnostics.Process")]
    [InlineData("System.Threading.Thread")]
    [InlineData("System.Threading.Tasks.Task")]
    public void Core_touches_neither_disk_nor_clock_nor_thread(string type) =>
        Assert.DoesNotContain(type, AssemblyFacts.Of(Repository.Projects["MiniCpmDist.Core"]).UsedTypes);

    [Fact]
    public void Core_touches_no_network() =>
        Assert.DoesNotContain(
            AssemblyFacts.Of(Repository.Projects["MiniCpmDist.Core"]).UsedTypes,
            type => type.StartsWith("System.Net.", StringComparison.Ordinal));

    [Fact]
    public void Native_functions_are_imported_in_one_project_only() =>
        Assert.Equal(
            ["MiniCpmDist.Native"],
            Repository.Projects.Values
                .Where(project => AssemblyFacts.Of(project).ImportsNativeFunctions)
                .Select(project => project.Name)
                .Order());

    [Fact]
    public void Unsafe_code_is_allowed_where_native_functions_are_imported_and_nowhere_else() =>
        Assert.Equal(
            ["MiniCpmDist.Native"],
            Repository.Projects.Values
                .Where(project => project.AllowsUnsafeCode)
                .Select(project => project.Name)
                .Order());
}
