namespace InfluencerAnalytics.Stores.Processes;

/// <summary>What a process said of itself, and how long ago.</summary>
/// <param name="Report">What it said.</param>
/// <param name="Age">By the store's clock: those of the processes do not matter.</param>
public readonly record struct ReportedProcess(ProcessReport Report, TimeSpan Age);
