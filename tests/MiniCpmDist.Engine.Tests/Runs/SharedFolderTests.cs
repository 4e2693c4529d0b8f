using MiniCpmDist.Core.Problems;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Data.Ranks;
using MiniCpmDist.Engine.Tests.Collectives;
using MiniCpmDist.Runs.Folder;

namespace MiniCpmDist.Engine.Tests.Runs;

public sealed class SharedFolderTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("minicpm-shared-").FullName;

    [Fact]
    public void A_folder_that_all_ranks_see_is_left_as_it_was()
    {
        using var world = new ThreadWorld(4);

        world.Run(communicator => Check(communicator, _folder));

        Assert.Empty(Directory.EnumerateFileSystemEntries(_folder));
    }

    [Fact]
    public void A_rank_with_a_folder_of_its_own_under_the_name_is_named_by_its_host_on_all_ranks()
    {
        var other = Directory.CreateDirectory(Path.Combine(_folder, "other")).FullName;
        using var world = new ThreadWorld(3);

        var told = world.Run(communicator => Check(communicator, communicator.Rank == 2 ? other : _folder));

        Assert.All(told, message =>
            Assert.Contains($"host {Environment.MachineName} sees another one", message, StringComparison.Ordinal));
    }

    [Fact]
    public void Alone_there_is_nobody_to_share_with()
    {
        Check(new LoopbackCommunicator(), Path.Combine(_folder, "not-there"));

        Assert.False(Directory.Exists(Path.Combine(_folder, "not-there")));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static string Check(ICommunicator communicator, string folder)
    {
        try
        {
            SharedFolder.RequireCollective(communicator, folder);
            return "";
        }
        catch (ConfigurationException refusal)
        {
            return refusal.Message;
        }
    }
}
