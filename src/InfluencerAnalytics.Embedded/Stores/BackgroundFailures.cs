using System.Collections.Concurrent;
using InfluencerAnalytics.Working;

namespace InfluencerAnalytics.Embedded.Stores;

/// <summary>Which parts of the background work failed when they last ran, and why. Safe for concurrent use.</summary>
internal sealed class BackgroundFailures(TimeProvider time)
{
    // Work that fails every other time is one trouble.
    private static readonly TimeSpan Steady = TimeSpan.FromSeconds(10);

    private readonly ConcurrentDictionary<string, string> _failures = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Episode> _episodes = new(StringComparer.Ordinal);

    /// <summary>A sentence for people, or null when all is well.</summary>
    public string? Summary => _failures.IsEmpty
        ? null
        : "Background work fails and is tried again: " + string.Join("; ", _failures.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}: {pair.Value}"));

    /// <summary>True when it is to be logged: it did not fail before, or not for this reason.</summary>
    public bool Failed(string name, Exception exception)
    {
        _failures[name] = exception.Message;
        return _episodes.GetOrAdd(name, _ => new Episode(time)).Happened($"{exception.GetType()} {exception.Message}");
    }

    /// <summary>What is over with it, to be logged, or null.</summary>
    public PastEpisode? Succeeded(string name)
    {
        _failures.TryRemove(name, out _);
        return _episodes.TryGetValue(name, out var episode) ? episode.Over(Steady) : null;
    }
}
