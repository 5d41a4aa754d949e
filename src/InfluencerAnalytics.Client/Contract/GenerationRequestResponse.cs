namespace InfluencerAnalytics.Client.Contract;

/// <param name="RequestedAfter">The greatest number of a generation given out so far: the one asked for has a greater one.</param>
public sealed record GenerationRequestResponse(long RequestedAfter);
