namespace MiniCpmDist.Engine.Training.Saving;

/// <summary>A checkpoint that somebody outside of the program wants now.</summary>
/// <param name="Signal">Its name, such as <c>SIGUSR1</c>, and why it came where that is known.</param>
/// <param name="ThenEnd">Training ends with it, to be resumed.</param>
public sealed record SaveRequest(string Signal, bool ThenEnd);
