using MiniCpmDist.PlainPeer;

// A training as somebody writes it who has TorchSharp and MPI and nothing of this project: tests/bench/run --peer
// torchsharp compares it with ours. Started by it as `check`, or as SETTINGS RESULT in every rank.
switch (args)
{
    case ["check"]:
        ModelCheck.Run();
        return 0;
    case [var settings, var result]:
        PlainRank.RunCollective(PeerSettings.Parse(settings), result);
        return 0;
    default:
        Console.Error.WriteLine("expected `check`, or settings in JSON and a file for the result");
        return 2;
}
