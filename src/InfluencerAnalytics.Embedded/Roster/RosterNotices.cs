using System.Globalization;
using InfluencerAnalytics.Embedded.Configuration;
using Microsoft.Extensions.Logging;

namespace InfluencerAnalytics.Embedded.Roster;

/// <summary>
/// What people should know of a store that works: logged once per change of state, and shown in its status for as long as it holds. Written under
/// the store's gate; <see cref="Summary"/> is safe without it.
/// </summary>
internal sealed partial class RosterNotices(EmbeddedOptions options, ILogger logger)
{
    private volatile string? _outage;
    private volatile string? _foreign;
    private long _refused;

    /// <summary>Sentences; null when there is nothing to say.</summary>
    public string? Summary => (_outage, _foreign) switch
    {
        (null, null) => null,
        ({ } outage, null) => outage,
        (null, { } foreign) => foreign,
        ({ } outage, { } foreign) => $"{outage} {foreign}",
    };

    /// <summary>The provider says "not found" of so many that it is not to be believed.</summary>
    /// <param name="turned">0 when it is to be believed.</param>
    public void NotFound(long turned, long roster)
    {
        var before = _outage;
        _outage = turned == 0 ? null : string.Create(
            CultureInfo.InvariantCulture,
            $"The provider does not know {turned:#,0} of {roster:#,0} influencers that were not unknown to it an hour ago: that is taken for an outage, nobody is given up, and they are missed as not_found.");
        if (before is null && turned > 0)
            Log.OutageBegins(logger, turned, roster);
        else if (before is not null && turned == 0)
            Log.OutageEnds(logger);
    }

    /// <param name="refused">Readings refused by this write.</param>
    /// <param name="kept">Influencers that are not on the roster and have readings.</param>
    public void Foreign(int refused, long kept)
    {
        if (refused > 0)
        {
            if (_foreign is null)
                Log.ForeignRefused(logger, kept);
            _refused += refused;
            _foreign = string.Create(
                CultureInfo.InvariantCulture,
                $"{kept:#,0} influencers that are not on the roster have readings, the most that Embedded:MaxForeignInfluencers allows: readings of others are refused, {_refused:#,0} so far. Track them, or raise it.");
        }
        else if (_foreign is not null && kept < options.MaxForeignInfluencers)
        {
            _foreign = null;
            Log.ForeignTaken(logger);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(2030, LogLevel.Warning, "The provider does not know {Turned} of {Roster} influencers that were not unknown to it an hour ago. That is taken for an outage: nobody is given up, all are asked at every slot, and the misses count as not_found.")]
        public static partial void OutageBegins(ILogger logger, long turned, long roster);

        [LoggerMessage(2031, LogLevel.Information, "The provider's \"not found\" is believed again.")]
        public static partial void OutageEnds(ILogger logger);

        [LoggerMessage(2032, LogLevel.Warning, "Readings of influencers that are not on the roster are refused: {Kept} of them have readings, the most that Embedded:MaxForeignInfluencers allows.")]
        public static partial void ForeignRefused(ILogger logger, long kept);

        [LoggerMessage(2033, LogLevel.Information, "Readings of influencers that are not on the roster are taken again.")]
        public static partial void ForeignTaken(ILogger logger);
    }
}
