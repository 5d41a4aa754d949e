using System.Net;
using InfluencerAnalytics.Host.Api.Configuration;

namespace InfluencerAnalytics.Host.Api.Streaming;

/// <summary>How many may listen: in all, and from one address, so that one client does not take every place. Used under the hub's lock.</summary>
internal sealed class StreamPlaces(ApiOptions options)
{
    private readonly Dictionary<IPAddress, int> _byAddress = [];
    private int _all;

    /// <summary>Why there is no place, a sentence; null when one was taken.</summary>
    /// <param name="address">Whose; null for one who is not limited.</param>
    public string? TryTake(IPAddress? address)
    {
        if (_all >= options.MaxStreams)
            return $"{options.MaxStreams} clients listen, and no more may at once (Api:MaxStreams).";
        if (address is not null)
        {
            var taken = _byAddress.GetValueOrDefault(address);
            if (taken >= options.MaxStreamsPerClient)
                return $"One client may listen {options.MaxStreamsPerClient} times at once (Api:MaxStreamsPerClient). One stream is of up to {StreamHub.MostInfluencers} influencers.";
            _byAddress[address] = taken + 1;
        }
        _all++;
        return null;
    }

    public void GiveBack(IPAddress? address)
    {
        _all--;
        if (address is not null && --_byAddress[address] == 0)
            _byAddress.Remove(address);
    }
}
