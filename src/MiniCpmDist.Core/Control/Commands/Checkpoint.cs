namespace MiniCpmDist.Core.Control;

public abstract partial record RunCommand
{
    /// <summary>Save a checkpoint and go on.</summary>
    public sealed record Checkpoint : RunCommand
    {
        /// <summary>Its name.</summary>
        public const string Word = "checkpoint";

        internal override string Verb => Word;

        public override bool IsOfOneAttempt() => true;
    }
}
