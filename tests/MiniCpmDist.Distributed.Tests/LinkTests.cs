namespace MiniCpmDist.Distributed.Tests;

/// <summary>
/// The link between the ranks' devices, over the stand-in for NCCL (tests/native/nccl-stand-in): ranks are real
/// processes, which a launcher starts and MPI brings together.
/// </summary>
public sealed class LinkTests : IDisposable
{
    private static readonly string s_program =
        Path.Combine(AppContext.BaseDirectory, "MiniCpmDist.CollectiveRanks.dll");
    private static readonly string s_library =
        Path.Combine(AppContext.BaseDirectory, "nccl-stand-in", "libnccl.so.2");
    private readonly string _folder = Directory.CreateTempSubdirectory("minicpm-link-").FullName;
    private readonly string _tag = Path.GetRandomFileName();

    /// <summary>Whatever happened to the ranks, their shared memory is gone.</summary>
    public void Dispose()
    {
        Directory.Delete(_folder, recursive: true);
        Assert.Empty(Directory.EnumerateFiles("/dev/shm", $"nccl-stand-in-{_tag}*"));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Every_call_over_NCCL_and_over_MPI_gives_what_it_is_by_definition_to_the_last_bit(int ranks) =>
        World(ranks, ["collectives"]).Succeeded();

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void What_goes_over_MPI_in_pieces_arrives_whole(int ranks) => World(ranks, ["pieces"]).Succeeded();

    [Fact]
    public void A_message_that_is_longer_than_its_room_is_an_error_of_both_ranks_after_which_the_world_goes_on() =>
        World(2, ["truncation"]).Succeeded();

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void The_lanes_tree_over_send_and_receive_gives_the_bits_that_it_gives_over_MPI(int ranks) => Tool.Start(
        _folder, Path.Combine(Tool.RepositoryRoot, "launch", "mpirun"),
        ["-n", $"{ranks}", "dotnet", s_program, "butterfly"], Environment([])).Succeeded();

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void Gradients_that_go_out_while_backward_goes_on_have_the_bits_of_those_that_go_afterwards(int ranks) =>
        World(ranks, ["gradients"]).Succeeded();

    [Fact]
    public void A_call_returns_before_the_other_ranks_have_called() => World(4, ["asynchronous"]).Succeeded();

    [Fact]
    public void A_group_that_fails_half_way_ends_its_link_and_spoils_no_later_one() =>
        World(2, ["broken-group"]).Succeeded();

    [Fact]
    public void A_rank_that_never_comes_is_waited_for_until_the_deadline()
    {
        // Nobody is told when another gives up, or the first would be the only one to come to its deadline.
        var result = World(4, ["absent"], ("NCCL_STAND_IN_PEERS", "hang"));

        foreach (var rank in (int[])[0, 1, 2])
            AssertSays(result, rank, "meeting the other ranks: not done after 1 s");
    }

    [Theory]
    [InlineData(2)]
    [InlineData(4)]
    public void An_error_of_one_rank_ends_all_ranks_and_each_names_itself_and_the_call(int ranks)
    {
        var result = World(ranks, ["series"], Problem(rank: 1, call: 3, "error"));

        AssertSays(result, 1, "call 3, AllGather of 4,000 bytes: ncclAllGather: unhandled cuda error (a planned error");
        foreach (var rank in Enumerable.Range(0, ranks).Where(rank => rank != 1))
            AssertSays(result, rank, "call 3, AllGather of 4,000 bytes: remote process exited");
    }

    [Fact]
    public void An_error_that_comes_after_the_call_has_returned_is_found_by_who_waits()
    {
        var result = World(2, ["series"], Problem(rank: 0, call: 2, "async"));

        AssertSays(result, 0, "call 2, ReduceScatter of 8,000 bytes: unhandled system error (a planned asynchronous");
        AssertSays(result, 1, "call 2, ReduceScatter of 8,000 bytes: remote process exited");
    }

    [Fact]
    public void Ranks_that_are_told_nothing_of_anothers_error_give_up_at_the_deadline()
    {
        var result = World(
            4, ["series", "4"], Problem(rank: 2, call: 4, "error"), ("NCCL_STAND_IN_PEERS", "hang"));

        AssertSays(result, 2, "call 4, AllReduce of 1,000 bytes: ncclAllReduce: unhandled cuda error");
        foreach (var rank in (int[])[0, 1, 3])
            AssertSays(result, rank, "call 4, AllReduce of 1,000 bytes: not done after 1 s");
    }

    [Fact]
    public void A_rank_that_hangs_costs_all_ranks_no_more_than_the_deadline()
    {
        // An exchange is a send and a receive; the problem is in the first.
        var result = World(2, ["series", "5"], Problem(rank: 1, call: 5, "hang"), ("NCCL_STAND_IN_PEERS", "hang"));

        AssertSays(result, 0, "call 5, Exchange with rank 1 of 4,000 bytes: not done after 1 s");
        AssertSays(result, 1, "call 5, Exchange with rank 0 of 4,000 bytes: not done after 1 s");
    }

    [Fact]
    public void Calls_of_other_sizes_that_meet_end_in_an_error_or_at_the_deadline()
    {
        var told = World(2, ["series"], Problem(rank: 1, call: 1, "mismatch"));
        var silent = World(
            2, ["series", "1"], Problem(rank: 1, call: 1, "mismatch"), ("NCCL_STAND_IN_MISMATCH", "hang"),
            ("NCCL_STAND_IN_PEERS", "hang"));

        AssertSays(told, 0, "call 1, AllReduce of 4,000 bytes: invalid usage (rank 1 has called AllReduce of 1001");
        AssertSays(told, 1, "call 1, AllReduce of 4,000 bytes: invalid usage (rank 0 has called AllReduce of 1000");
        AssertSays(silent, 0, "call 1, AllReduce of 4,000 bytes: not done after 1 s");
        AssertSays(silent, 1, "call 1, AllReduce of 4,000 bytes: not done after 1 s");
    }

    [Fact]
    public void Ranks_that_call_in_another_order_are_told_what_the_others_have_called()
    {
        var result = World(2, ["wrong-order"]);

        AssertSays(result, 0, "call 1, AllReduce of 4,000 bytes: invalid usage (rank 1 has called AllGather of 1000");
        AssertSays(result, 1, "call 1, AllGather of 4,000 bytes: invalid usage (rank 0 has called AllReduce of 1000");
    }

    [Fact]
    public void A_rank_that_ends_without_a_word_takes_the_world_with_it_and_leaves_no_shared_memory() =>
        Assert.NotEqual(0, World(4, ["series"], Problem(rank: 3, call: 2, "exit")).ExitCode);

    [Fact]
    public void An_NCCL_that_is_missing_or_too_old_or_something_else_is_a_problem_of_the_user()
    {
        AssertProblem("no /nowhere/libnccl.so.2 that can be loaded", "/nowhere/libnccl.so.2");
        AssertProblem("expected NCCL 2.18.1 or later, found 2.17.1 in", s_library, ("NCCL_STAND_IN_VERSION", "21701"));
        AssertProblem("found 2.8.4 in", s_library, ("NCCL_STAND_IN_VERSION", "2804"));
        AssertProblem("found no ncclGetVersion in", Path.Combine(AppContext.BaseDirectory, "libmcd_common.so"));
    }

    private static (string, string) Problem(int rank, int call, string what) =>
        ("NCCL_STAND_IN_FAULT", $"rank={rank},call={call},do={what}");

    private ToolResult World(int ranks, string[] arguments, params (string, string)[] environment) => Tool.Start(
        _folder, Tool.MpirunProgram, ["-n", $"{ranks}", "dotnet", s_program, .. arguments],
        [.. Tool.MpirunEnvironment, .. Environment(environment)]);

    private (string, string)[] Environment((string, string)[] more) =>
        [("MINICPM_NCCL_LIBRARY", s_library), ("NCCL_STAND_IN_TAG", _tag), .. more];

    private void AssertProblem(string found, string library, params (string, string)[] environment)
    {
        var result = Tool.Start(
            _folder, "dotnet", [s_program, "describe"], [("MINICPM_NCCL_LIBRARY", library), .. environment]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(found, result.Errors, StringComparison.Ordinal);
        Assert.Contains("install NVIDIA's libnccl2, or name the file in MINICPM_NCCL_LIBRARY", result.Errors,
            StringComparison.Ordinal);
    }

    private static void AssertSays(ToolResult result, int rank, string words)
    {
        var said = result.Errors.Split('\n').FirstOrDefault(
            line => line.Contains($"rank {rank}: Rank {rank} of ", StringComparison.Ordinal));
        Assert.True(said?.Contains(words, StringComparison.Ordinal) == true,
            $"expected of rank {rank}: {words}\n{result.Output}\n{result.Errors}");
        Assert.NotEqual(0, result.ExitCode);
    }
}
