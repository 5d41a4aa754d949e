using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using InfluencerAnalytics.Metrics;

namespace InfluencerAnalytics.Working;

/// <summary>The health of every worker in this process: readiness is that none is unready or silent. Safe for concurrent use.</summary>
public sealed class WorkerHealth
{
    /// <summary>How long a worker may be silent, beyond the pause that it announced, before it is taken for dead, where nothing else is configured: 60 s.</summary>
    public static readonly TimeSpan UsualSilence = TimeSpan.FromSeconds(60);

    private readonly TimeProvider _timeProvider;
    private readonly ConcurrentDictionary<string, State> _states = new();

    /// <param name="timeProvider">Says how long a worker has been silent.</param>
    /// <param name="meters">Of the host; null where nobody listens.</param>
    public WorkerHealth(TimeProvider timeProvider, IMeterFactory? meters = null)
    {
        _timeProvider = timeProvider;
        meters?.Create(ProgramMeter.Name).CreateObservableGauge($"{ProgramMeter.Name}.worker.healthy", Observe, null, "1 while a worker works, 0 while it cannot or is silent for too long; nothing of one that was stopped.");
    }

    /// <summary>How long a worker may be silent in this process, beyond the pause that it announced, before it is taken for dead.</summary>
    public TimeSpan Silence { get; init; } = UsualSilence;

    /// <summary>Says that a worker lives and works.</summary>
    /// <param name="worker">Its name.</param>
    /// <param name="pause">How long it means to be silent now, beside the work of its next round.</param>
    public void Ready(string worker, TimeSpan pause = default) => _states[worker] = new State(true, null, _timeProvider.GetTimestamp(), pause);

    /// <summary>Says that a worker lives but cannot work, and why.</summary>
    public void Unready(string worker, string reason) => _states[worker] = new State(false, reason, _timeProvider.GetTimestamp(), TimeSpan.Zero);

    /// <summary>Forgets a worker that was stopped on purpose.</summary>
    public void Remove(string worker) => _states.TryRemove(worker, out _);

    /// <summary>Why this process is not ready, a sentence a worker; empty when it is.</summary>
    public IReadOnlyList<string> Problems() => Problems(Silence);

    /// <param name="silence">In the place of <see cref="Silence"/>.</param>
    public IReadOnlyList<string> Problems(TimeSpan silence)
    {
        var problems = new List<string>();
        // Its own copy is made at one moment; the one that a sort makes fails when a worker comes in between.
        foreach (var (worker, state) in _states.ToArray().OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (ProblemOf(state, silence) is { } problem)
                problems.Add($"{worker}: {problem}");
        }
        return problems;
    }

    private string? ProblemOf(State state, TimeSpan silence)
    {
        if (!state.IsReady)
            return state.Reason;
        var age = _timeProvider.GetElapsedTime(state.Timestamp);
        return age > silence + state.Pause ? $"has not reported for {age.TotalSeconds:F0} s." : null;
    }

    private IEnumerable<Measurement<int>> Observe() =>
        _states.Select(pair => new Measurement<int>(ProblemOf(pair.Value, Silence) is null ? 1 : 0, new KeyValuePair<string, object?>("worker", pair.Key)));

    private sealed record State(bool IsReady, string? Reason, long Timestamp, TimeSpan Pause);
}
