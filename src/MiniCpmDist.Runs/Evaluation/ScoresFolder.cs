using MiniCpmDist.Core.Problems;

namespace MiniCpmDist.Runs.Evaluation;

/// <summary>The folder in which the files of evaluations lie.</summary>
internal static class ScoresFolder
{
    /// <summary>Makes the folder if it is not there, and works with it.</summary>
    /// <exception cref="ConfigurationException">It cannot be written.</exception>
    public static T Use<T>(string folder, Func<T> work)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return work();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new ConfigurationException([new Problem(
                folder, "a folder that this user can write", exception.Message.TrimEnd('.'),
                "give the run's folder to the user that evaluates it, or name another with --scores")]);
        }
    }
}
