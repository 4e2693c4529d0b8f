namespace MiniCpmDist.Core.Quantization;

/// <summary>The order in which a matrix's columns are rounded, and the groups that share a scale.</summary>
public sealed class ColumnPlan
{
    private readonly int[][] _members;
    private readonly int[] _groupAt;

    private ColumnPlan(int[] order, int group, bool movesGroups)
    {
        (Order, Group) = (order, group);
        _groupAt = [.. order.Select((column, place) => (movesGroups ? place : column) / group)];
        GroupOf = new int[order.Length];
        foreach (var (place, column) in order.Index())
            GroupOf[column] = _groupAt[place];
        _members = [.. GroupOf.Index().GroupBy(entry => entry.Item, entry => entry.Index)
            .OrderBy(entry => entry.Key).Select(entry => entry.ToArray())];
    }

    /// <summary>The column that is rounded at each place.</summary>
    public int[] Order { get; }

    /// <summary>Columns of a group.</summary>
    public int Group { get; }

    /// <summary>The group of each column: what files call <c>g_idx</c>.</summary>
    public int[] GroupOf { get; }

    public int Columns => Order.Length;

    public int Groups => _members.Length;

    /// <param name="diagonal">Of the Hessian: how large the inputs of each column are.</param>
    /// <param name="options">Group, order, and whether groups stay together.</param>
    public static ColumnPlan Of(ReadOnlySpan<double> diagonal, QuantizationOptions options)
    {
        var sizes = diagonal.ToArray();
        int[] order = options.ActOrder
            ? [.. Enumerable.Range(0, sizes.Length).OrderByDescending(column => sizes[column])]
            : [.. Enumerable.Range(0, sizes.Length)];
        return new ColumnPlan(order, options.Group, options.ActOrder && !options.StaticGroups);
    }

    /// <summary>The group of the column that is rounded at a place.</summary>
    public int GroupAt(int place) => _groupAt[place];

    /// <summary>The columns of a group, in their own order.</summary>
    public int[] ColumnsOf(int group) => _members[group];
}
