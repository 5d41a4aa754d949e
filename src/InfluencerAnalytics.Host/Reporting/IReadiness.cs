namespace InfluencerAnalytics.Host.Reporting;

/// <summary>Whether a process can work. Safe for concurrent use.</summary>
internal interface IReadiness
{
    /// <returns>Why it is not ready, a sentence each, none when it is; and what is to be said of one that is.</returns>
    ValueTask<(IReadOnlyList<string> Reasons, IReadOnlyList<string> Notes)> ReadAsync(CancellationToken cancellationToken);
}
