namespace MiniCpmDist.Core.Control;

public abstract partial record RunCommand
{
    /// <summary>Save a checkpoint and go on.</summary>
    public sealed record Checkpoint : RunCommand
    {
        /// <summary>The command's name.</summary>
        public const string Word = "checkpoint";

        internal override string Verb => Word;

        public override bool IsOfOneAttempt() => true;
    }
}
