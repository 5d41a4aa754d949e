namespace InfluencerAnalytics.Client.Contract;

/// <param name="Path">On the machine that serves it.</param>
public sealed record BackupResponse(string Path);
