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

    /// <summary>True when that is news: it went well before, or failed for another reason.</summary>
    public bool Failed(string name, Exception exception)
    {
        var known = _failures.TryGetValue(name, out var reason) && reason == exception.Message;
        _failures[name] = exception.Message;
        return !known;
    }

    /// <summary>True when it had failed before.</summary>
    public bool Succeeded(string name) => _failures.TryRemove(name, out _);
}
