namespace MiniCpmDist.Core.Evaluation;

/// <summary>When a generated answer is right.</summary>
public enum AnswerMetric
{
    /// <summary>It is the answer, without spaces around both.</summary>
    Exact,

    /// <summary>It begins with the answer, as UltraEval's rule for options has it.</summary>
    Prefix,

    /// <summary>The text after the last "answer is", without a full stop, is the answer.</summary>
    AnswerIs,

    /// <summary>Its number is the answer's, as UltraEval finds it: after ####, else after the last >> or =, else the
    /// last whole number.</summary>
    Gsm8k,

    /// <summary>The number after #### is the answer's.</summary>
    Gsm8kStrict,

    /// <summary>The last number in it is the answer's.</summary>
    Gsm8kFlexible,

    /// <summary>The final answer is the same text once both are in one spelling.</summary>
    Math,

    /// <summary>The tests of the item pass when the answer continues the item's program.</summary>
    HumanEval,

    /// <summary>The tests of the item pass after the answer.</summary>
    Mbpp,
}
