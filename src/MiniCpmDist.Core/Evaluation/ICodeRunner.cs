namespace MiniCpmDist.Core.Evaluation;

/// <summary>Runs a program that a model has written.</summary>
public interface ICodeRunner
{
    /// <summary>Says whether a Python program reaches its end, which prints a marker, and leaves with 0.</summary>
    CodeOutcome Run(string program, string marker);
}
