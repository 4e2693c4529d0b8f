namespace MiniCpmDist.Core.Control;

public abstract partial record RunCommand
{
    /// <summary>Wait between two steps, with everything in memory, until told to continue or to stop.</summary>
    public sealed record Pause : RunCommand
    {
        /// <summary>The command's name.</summary>
        public const string Word = "pause";

        internal override string Verb => Word;

        public override bool IsOfOneAttempt() => true;
    }
}
