using System.CommandLine;
using MiniCpmDist.Cli.Hosting;
using MiniCpmDist.Coordinator.Client;
using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Cli.Control;

/// <summary>How <c>minicpm ctl</c> finds a run: by its folder, or by the address of its coordinator.</summary>
internal sealed class ControlOptions
{
    private readonly Option<string?> _address = new("--address")
    {
        Description = "Address of the coordinator; the run's folder names it too.",
    };

    private readonly Option<string> _run = new("--run")
    {
        Description = "Name of the run, where the coordinator has several.",
        DefaultValueFactory = _ => "",
    };

    private readonly Option<string?> _tokenFile = new("--token-file")
    {
        Description = "File with the token to show to the coordinator.",
    };

    private readonly Option<string?> _authorities = new("--certificate-authorities")
    {
        Description = "PEM file with the authorities that an https coordinator's certificate may be signed by.",
    };

    private readonly Option<bool> _insecure = new("--insecure")
    {
        Description = "Send the token over plain HTTP to another machine, where everybody on the way can read it.",
    };

    public static Argument<string?> Folder() => new("run-folder")
    {
        Description = "Folder of the run; its coordinator.json says where the coordinator is.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    public void AddTo(Command command)
    {
        command.Options.Add(_address);
        command.Options.Add(_run);
        command.Options.Add(_tokenFile);
        command.Options.Add(_authorities);
        command.Options.Add(_insecure);
    }

    /// <summary>A client, and the name of the run there.</summary>
    /// <exception cref="ConfigurationException">Neither a folder nor an address, both, or no training in the
    /// folder.</exception>
    public (RunControlClient Client, string Run) Connect(ParseResult line, string? folder)
    {
        var access = new CoordinatorAccess(
            TokenFile.Read(line.GetValue(_tokenFile), "--token-file"), line.GetValue(_authorities),
            line.GetValue(_insecure));
        var (address, run) = Place(line, folder);
        return (RunControlClient.Connect(address, access), run);
    }

    private (string Address, string Run) Place(ParseResult line, string? folder)
    {
        var run = line.GetValue(_run)!;
        switch (line.GetValue(_address), folder)
        {
            case ({ } address, null):
                return (address, run);
            case (null, { } path):
                var file = CoordinatorFile.Read(path) ?? throw NotThere(path);
                return (file.Address, run.Length == 0 ? file.Run : run);
            case (null, null):
                throw new ConfigurationException([new Problem(
                    "the run", "its folder, or --address", "neither", "name such as runs/first")]);
            default:
                throw new ConfigurationException([new Problem(
                    "the run", "its folder or --address", "both", "leave one out; --run names a run at an address")]);
        }
    }

    private static ConfigurationException NotThere(string path)
    {
        var found = Directory.Exists(path) ? "a folder without coordinator.json" : "nothing there";
        return new ConfigurationException([new Problem(
            path, "the folder of a run that trains now", found,
            "look whether it trains, and has not just begun to; with `coordinator.address: null` nobody steers it")]);
    }
}
