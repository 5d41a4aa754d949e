using System.Buffers.Binary;
using System.Text;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Embedded.Writing;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Stores.Roster;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>
/// Usernames as last read, and beside them an index by name. An entry of the index may be of a name that its influencer had before: whoever finds one looks whether it still
/// has it. Safe for concurrent use.
/// </summary>
internal sealed class NameTable(RocksDatabase database)
{
    private const int IdLength = 8;
    private const int IndexedPerWrite = 10_000;

    private readonly ColumnFamily _family = database[ColumnFamilyNames.Names];
    private readonly ColumnFamily _index = database[ColumnFamilyNames.NameIndex];

    /// <summary>Null when none is known.</summary>
    public string? Find(long id)
    {
        Span<byte> key = stackalloc byte[IdLength];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        return database.GetString(_family, key);
    }

    /// <param name="isOther">Whether it had another one before, which is then looked up.</param>
    public void Put(WriteBatchBuffer batch, long id, string name, bool isOther)
    {
        if (isOther && Find(id) is { } before)
            batch.Delete(_index, IndexKey(Usernames.Fold(before), id));
        Span<byte> key = stackalloc byte[IdLength];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        batch.Put(_family, key, Encoding.UTF8.GetBytes(name));
        batch.Put(_index, IndexKey(Usernames.Fold(name), id), []);
    }

    /// <summary>Those whose folded name begins with a text, by name and then by id, behind a place.</summary>
    /// <param name="limit">At most so many entries are looked at.</param>
    /// <returns>Some may be of a name that their influencer does not have any more.</returns>
    public List<RosterPlace> Search(string prefix, RosterPlace after, int limit)
    {
        var found = new List<RosterPlace>();
        var begins = Encoding.UTF8.GetBytes(prefix);
        var from = after.InfluencerId == 0 ? begins : IndexKey(after.Name, after.InfluencerId + 1);
        using var entries = database.Iterate(_index, fillCache: false);
        for (var valid = entries.Seek(from); valid && found.Count < limit && entries.Key.StartsWith(begins); valid = entries.Next())
        {
            var id = BinaryPrimitives.ReadInt64BigEndian(entries.Key[^IdLength..]);
            found.Add(new RosterPlace(Encoding.UTF8.GetString(entries.Key[..^(IdLength + 1)]), id));
        }

        return found;
    }

    /// <summary>Makes the index of names that an earlier version has written, once. Before anything else uses the table.</summary>
    public void IndexAll(MetaTable meta)
    {
        if (meta.GetNumber(MetaKeys.NamesIndexed) is not null)
            return;
        var writes = new SideWrites(database);
        using var names = database.Iterate(_family, fillCache: false);
        for (var valid = names.SeekToFirst(); valid;)
        {
            writes.Write(batch =>
            {
                for (; valid && batch.Count < IndexedPerWrite; valid = names.Next())
                    batch.Put(_index, IndexKey(Usernames.Fold(Encoding.UTF8.GetString(names.Value)), BinaryPrimitives.ReadInt64BigEndian(names.Key)), []);
            });
        }

        writes.Write(batch => meta.Put(batch, MetaKeys.NamesIndexed, 1));
    }

    // The name, a zero, which no name holds, and the id.
    private static byte[] IndexKey(string folded, long id)
    {
        var length = Encoding.UTF8.GetByteCount(folded);
        var key = new byte[length + 1 + IdLength];
        Encoding.UTF8.GetBytes(folded, key);
        BinaryPrimitives.WriteInt64BigEndian(key.AsSpan(length + 1), id);
        return key;
    }
}
