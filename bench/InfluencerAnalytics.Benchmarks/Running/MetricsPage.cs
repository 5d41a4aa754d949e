using System.Globalization;

namespace InfluencerAnalytics.Benchmarks.Running;

/// <summary>What a process says on <c>/metrics</c>, in the text format of Prometheus, at one moment.</summary>
internal sealed class MetricsPage(IReadOnlyList<(string Name, string Labels, double Value)> samples)
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(30) };

    public static async Task<MetricsPage> ReadAsync(Uri process, CancellationToken cancellationToken)
    {
        var text = await Http.GetStringAsync(new Uri(process, "/metrics"), cancellationToken);
        var samples = new List<(string, string, double)>();
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line[0] == '#')
                continue;
            var brace = line.IndexOf('{', StringComparison.Ordinal);
            var end = brace < 0 ? line.IndexOf(' ', StringComparison.Ordinal) : line.LastIndexOf('}');
            var name = brace < 0 ? line[..end] : line[..brace];
            samples.Add((name, brace < 0 ? "" : line[brace..end], double.Parse(line[(end + 1)..].Trim().Split(' ')[0], CultureInfo.InvariantCulture)));
        }
        return new MetricsPage(samples);
    }

    /// <summary>How often a histogram was recorded, over its series.</summary>
    /// <param name="name">Without the program's own prefix, with its unit.</param>
    public long CountOf(string name) => (long)samples.Where(sample => sample.Name == $"influencer_analytics_{name}_count").Sum(sample => sample.Value);

    /// <summary>The sum of a counter over its series.</summary>
    /// <param name="name">Without the program's own prefix and "_total".</param>
    /// <param name="labels">Such as <c>action="x"</c>, each of which a series to be counted has.</param>
    public long Sum(string name, params string[] labels) => (long)samples
        .Where(sample => sample.Name == $"influencer_analytics_{name}_total" && labels.All(label => sample.Labels.Contains(label, StringComparison.Ordinal)))
        .Sum(sample => sample.Value);
}
