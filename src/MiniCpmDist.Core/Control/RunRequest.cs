namespace MiniCpmDist.Core.Control;

/// <summary>A command, with the name under which whoever sent it can ask how it went.</summary>
/// <param name="Id">Chosen by the sender; the same id is the same request, which acts once.</param>
/// <param name="Command">What the run is told.</param>
public sealed record RunRequest(string Id, RunCommand Command);
