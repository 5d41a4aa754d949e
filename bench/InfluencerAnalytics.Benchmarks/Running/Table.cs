namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>Prints rows as a Markdown table, as docs/benchmarks.md holds them.</summary>
internal static class Table
{
    public static void Print(params (string What, string Figure)[] rows)
    {
        Console.WriteLine("| what | figure |");
        Console.WriteLine("| --- | --- |");
        foreach (var (what, figure) in rows)
            Console.WriteLine($"| {what} | {figure} |");
    }
}
