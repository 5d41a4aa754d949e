using System.Globalization;

namespace InfluencerAnalytics.Postgres.Latest;

/// <summary>
/// Where a follower is. First it goes through all influencers by id, having noted the snapshot at which it began; then through the changes that a later snapshot sees and the
/// noted one does not, in pieces; then from that later one on.
/// </summary>
/// <param name="Seen">The <c>pg_snapshot</c> of which everything was given, once what is under way is through.</param>
/// <param name="LoadedTo">While all are gone through: the last id given.</param>
/// <param name="Until">While changes are gone through: the snapshot up to which.</param>
/// <param name="Change">The row of changes to go on with.</param>
/// <param name="Offset">The influencer within it.</param>
internal sealed record LatestCursor(string Seen, long? LoadedTo = null, string? Until = null, long Change = 0, int Offset = 0)
{
    private const char Separator = '|';

    /// <summary>Null for what is no cursor of this store: everything is to be given.</summary>
    public static LatestCursor? Parse(string? text)
    {
        if (text?.Split(Separator) is not [var seen, var loaded, var until, var change, var offset] || seen.Length == 0
            || !long.TryParse(change, CultureInfo.InvariantCulture, out var row) || !int.TryParse(offset, CultureInfo.InvariantCulture, out var within))
            return null;
        return new LatestCursor(seen, long.TryParse(loaded, CultureInfo.InvariantCulture, out var id) ? id : null, until.Length > 0 ? until : null, row, within);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seen}{Separator}{LoadedTo}{Separator}{Until}{Separator}{Change}{Separator}{Offset}");
}
