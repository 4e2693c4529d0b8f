using System.Runtime.InteropServices;
using MiniCpmDist.Core.Control;
using MiniCpmDist.Core.Ranks;
using MiniCpmDist.Core.Runs;

namespace MiniCpmDist.Engine.Training.Steering;

/// <summary>
/// Carries rank 0's word to all ranks: one number, and after it the request as text if the word is a change.
/// </summary>
internal static class CommandChannel
{
    public static (ControlWord Word, RunRequest? Request) TellCollective(
        ICommunicator communicator, ControlWord own, RunRequest? request)
    {
        Span<int> word = [(int)own];
        communicator.BroadcastCollective(MemoryMarshal.AsBytes(word));
        if ((ControlWord)word[0] != ControlWord.Change)
            return ((ControlWord)word[0], request);
        var text = communicator.BroadcastTextCollective(request is null ? null : Write(request));
        return (ControlWord.Change, Read(text!));
    }

    // The text is the journal's spelling, so that rank 0 and the others cannot differ by a way of writing numbers.
    private static string Write(RunRequest request) => new JournalEntry(
        DecidedCommands.AcceptedEvent, 0, 0,
        RunCommandFields.Write(request.Command).Append(("request", request.Id))
            .ToDictionary(field => field.Item1, field => field.Item2)).Write();

    private static RunRequest Read(string text)
    {
        var details = JournalEntry.Parse(text).Details;
        return new RunRequest((string)details["request"]!, RunCommandFields.Parse(details));
    }
}
