using System.Globalization;
using Npgsql;

namespace InfluencerAnalytics.Postgres.Connection;

/// <summary>
/// Where a follower is of what transactions write. First it goes through all by influencer, having noted the snapshot at which it began; then through what a later snapshot sees and the
/// noted one does not, in pieces; then from that later one on.
/// </summary>
/// <param name="Seen">The <c>pg_snapshot</c> of which everything was given, once what is under way is through.</param>
/// <param name="LoadedTo">While all are gone through: the last influencer given.</param>
/// <param name="Until">While news are gone through: the snapshot up to which.</param>
/// <param name="At">While news are gone through: where to go on, as the one who reads them counts.</param>
/// <param name="Within">Within that, likewise.</param>
internal sealed record SnapshotCursor(string Seen, long? LoadedTo = null, string? Until = null, ulong At = 0, long Within = 0)
{
    private const char Separator = '|';

    /// <summary>What this moment's transactions see, and what a follower that begins now has not seen is beyond it.</summary>
    public static async Task<string> NowAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        (await connection.GetAsync<string>("SELECT pg_current_snapshot()::text", [], cancellationToken))!;

    /// <summary>Null for what is no cursor of this store: everything is to be given.</summary>
    public static SnapshotCursor? Parse(string? text)
    {
        if (text?.Split(Separator) is not [var seen, var loaded, var until, var at, var within] || seen.Length == 0
            || !ulong.TryParse(at, CultureInfo.InvariantCulture, out var place) || !long.TryParse(within, CultureInfo.InvariantCulture, out var inner))
            return null;
        return new SnapshotCursor(seen, long.TryParse(loaded, CultureInfo.InvariantCulture, out var id) ? id : null, until.Length > 0 ? until : null, place, inner);
    }

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Seen}{Separator}{LoadedTo}{Separator}{Until}{Separator}{At}{Separator}{Within}");
}
