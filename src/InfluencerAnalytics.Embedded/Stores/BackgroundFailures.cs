using System.Collections.Concurrent;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Which parts of the background work failed when they last ran, and why. Safe for concurrent use.</summary>
internal sealed class BackgroundFailures
{
    private readonly ConcurrentDictionary<string, string> _failures = new(StringComparer.Ordinal);

    /// <summary>A sentence for people, or null when all is well.</summary>
    public string? Summary => _failures.IsEmpty
        ? null
        : "Background work fails and is tried again: " + string.Join("; ", _failures.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value}"));

    public void Failed(string name, Exception exception) => _failures[name] = exception.Message;

    public void Succeeded(string name) => _failures.TryRemove(name, out _);
}
