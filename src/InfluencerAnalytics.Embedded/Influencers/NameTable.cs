using System.Buffers.Binary;
using System.Text;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>Usernames as last read. Safe for concurrent use.</summary>
internal sealed class NameTable(RocksDatabase database)
{
    private readonly ColumnFamily _family = database[ColumnFamilyNames.Names];

    /// <summary>Null when none is known.</summary>
    public string? Find(long id)
    {
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        return database.GetString(_family, key);
    }

    public void Put(WriteBatchBuffer batch, long id, string name)
    {
        Span<byte> key = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(key, id);
        batch.Put(_family, key, Encoding.UTF8.GetBytes(name));
    }
}
