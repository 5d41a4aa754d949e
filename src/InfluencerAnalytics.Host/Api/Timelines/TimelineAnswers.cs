using InfluencerAnalytics.Host.Api.Configuration;
using InfluencerAnalytics.Host.Api.Http;
using InfluencerAnalytics.Host.Api.Influencers;
using Microsoft.AspNetCore.Http.HttpResults;

namespace InfluencerAnalytics.Host.Api.Timelines;

/// <summary>Answers one influencer's timeline, as columns of JSON or as CSV. Safe for concurrent use.</summary>
internal sealed class TimelineAnswers(TimelineReader timelines, KeptHistory kept, CsvSource csv, InfluencerReader influencers, ApiOptions options)
{
    public async ValueTask<IResult> AsJsonAsync(long id, TimeRange range, Resolution wanted, CancellationToken cancellationToken)
    {
        var columns = TimelineColumns.Rent();
        var (read, problem) = await ReadAsync(id, range, wanted, columns, cancellationToken);
        if (problem is null)
            return new TimelineResult(id, range, read, await kept.AvailableFromAsync(read, cancellationToken), columns);
        TimelineColumns.Return(columns);
        return problem;
    }

    /// <summary>Rows without end, unless a resolution has to be chosen: then what is chosen by is read as for JSON.</summary>
    public async ValueTask<IResult> AsCsvAsync(long id, TimeRange range, Resolution wanted, CancellationToken cancellationToken)
    {
        var read = wanted;
        if (wanted == Resolution.Auto)
        {
            var columns = TimelineColumns.Rent();
            (read, var problem) = await ReadAsync(id, range, wanted, columns, cancellationToken);
            TimelineColumns.Return(columns);
            if (problem is not null)
                return problem;
        }
        else if (!await influencers.IsKnownAsync(id, cancellationToken))
        {
            return Problems.UnknownInfluencer(id);
        }
        return CsvAnswers.Of(csv, id, range, read, await kept.AvailableFromAsync(read, cancellationToken), cancellationToken);
    }

    /// <summary>Fills the columns.</summary>
    /// <returns>The resolution that was read, or the problem.</returns>
    private async ValueTask<(Resolution Read, ProblemHttpResult? Problem)> ReadAsync(
        long id, TimeRange range, Resolution wanted, TimelineColumns columns, CancellationToken cancellationToken)
    {
        if (await timelines.ReadAsync(id, range, wanted, columns, cancellationToken) is not { } read)
            return (wanted, CsvAnswers.TooLong(options.MaxTimelinePoints, wanted));
        var isKnown = columns.Count > 0 || await influencers.IsKnownAsync(id, cancellationToken);
        return (read, isKnown ? null : Problems.UnknownInfluencer(id));
    }
}
