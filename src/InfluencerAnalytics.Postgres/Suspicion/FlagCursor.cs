using System.Globalization;

namespace InfluencerAnalytics.Postgres.Suspicion;

/// <summary>
/// Where a follower of the flags is. First it goes through all by influencer, having noted the snapshot at which it began; then through those that a transaction wrote which the noted
/// snapshot does not see; then from the snapshot at which that began.
/// </summary>
/// <param name="Seen">The <c>pg_snapshot</c> of which everything was given, once what is under way is through.</param>
/// <param name="LoadedTo">While all are gone through: the last influencer given.</param>
/// <param name="Until">While news are gone through: the snapshot at which that began.</param>
/// <param name="Transaction">While news are gone through: of the last that was given.</param>
/// <param name="InfluencerId">As above.</param>
internal sealed record FlagCursor(string Seen, long? LoadedTo = null, string? Until = null, ulong Transaction = 0, long InfluencerId = 0)
{
    private const char Separator = '|';

    /// <summary>Null for what is no cursor of this store: everything is to be given.</summary>
    public static FlagCursor? Parse(string? text)
    {
        if (text?.Split(Separator) is not [var seen, var loaded, var until, var transaction, var id] || seen.Length == 0
            || !ulong.TryParse(transaction, CultureInfo.InvariantCulture, out var number) || !long.TryParse(id, CultureInfo.InvariantCulture, out var influencer))
            return null;
        return new FlagCursor(seen, long.TryParse(loaded, CultureInfo.InvariantCulture, out var to) ? to : null, until.Length > 0 ? until : null, number, influencer);
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Seen}{Separator}{LoadedTo}{Separator}{Until}{Separator}{Transaction}{Separator}{InfluencerId}");
}
