using System.Collections.Concurrent;

namespace InfluencerAnalytics.Working;

/// <summary>The health of every worker in this process: readiness is that none is unready or silent. Safe for concurrent use.</summary>
public sealed class WorkerHealth(TimeProvider timeProvider)
{
    /// <summary>How long a worker may be silent, beyond the pause that it announced, before it is taken for dead, where nothing else is configured: 60 s.</summary>
    public static readonly TimeSpan UsualSilence = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, State> _states = new();

    /// <summary>Says that a worker lives and works.</summary>
    /// <param name="worker">Its name.</param>
    /// <param name="pause">How long it means to be silent now, beside the work of its next round.</param>
    public void Ready(string worker, TimeSpan pause = default) => _states[worker] = new State(true, null, timeProvider.GetTimestamp(), pause);

    /// <summary>Says that a worker lives but cannot work, and why.</summary>
    public void Unready(string worker, string reason) => _states[worker] = new State(false, reason, timeProvider.GetTimestamp(), TimeSpan.Zero);

    /// <summary>Forgets a worker that was stopped on purpose.</summary>
    public void Remove(string worker) => _states.TryRemove(worker, out _);

    /// <summary>Why this process is not ready, a sentence a worker; empty when it is.</summary>
    /// <param name="silence">A worker that has not reported for so long, its pause not counted, is taken for dead.</param>
    public IReadOnlyList<string> Problems(TimeSpan silence)
    {
        var problems = new List<string>();
        // Its own copy is made at one moment; the one that a sort makes fails when a worker comes in between.
        foreach (var (worker, state) in _states.ToArray().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var age = timeProvider.GetElapsedTime(state.Timestamp);
            if (!state.IsReady)
                problems.Add($"{worker}: {state.Reason}");
            else if (age > silence + state.Pause)
                problems.Add($"{worker}: has not reported for {age.TotalSeconds:F0} s.");
        }
        return problems;
    }

    private sealed record State(bool IsReady, string? Reason, long Timestamp, TimeSpan Pause);
}
