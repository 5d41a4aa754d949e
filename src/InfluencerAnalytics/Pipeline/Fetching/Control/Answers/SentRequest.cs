namespace InfluencerAnalytics.Pipeline.Fetching.Control.Answers;

/// <summary>A request, and the windows that it was sent in: of all requests, and of those that are the first for their influencer in their slot.</summary>
internal readonly struct SentRequest
{
    private readonly SentRequests? _all;
    private readonly SentRequests? _firsts;

    private SentRequest(SentRequests all, SentRequests? firsts) => (_all, _firsts) = (all, firsts);

    /// <summary>One that is sent now.</summary>
    public static SentRequest In(SentRequests all, SentRequests? firsts)
    {
        all.Send();
        firsts?.Send();
        return new SentRequest(all, firsts);
    }

    /// <summary>It was cut short, which says nothing.</summary>
    public void Withdraw()
    {
        _all?.Withdraw();
        _firsts?.Withdraw();
    }

    public void EndWell()
    {
        _all?.EndWell();
        _firsts?.EndWell();
    }

    /// <param name="isRefused">Whether it asked for fewer requests.</param>
    public void Fail(bool isRefused)
    {
        _all?.Fail(isRefused);
        _firsts?.Fail(isRefused);
    }
}
