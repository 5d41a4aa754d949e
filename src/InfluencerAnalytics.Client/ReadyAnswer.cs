namespace InfluencerAnalytics.Client;

/// <summary>What a process answers to whether it can work. Not being ready is an answer, not a failure.</summary>
/// <param name="IsReady">Whether every part works.</param>
/// <param name="Reasons">Why it is not ready; empty when it is.</param>
/// <param name="Notes">What hampers a process that is ready all the same, such as a provider that is away.</param>
public sealed record ReadyAnswer(bool IsReady, IReadOnlyList<string> Reasons, IReadOnlyList<string> Notes);
