using System.Buffers.Binary;
using System.Text;
using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Queues.Spooling;

namespace InfluencerAnalytics.Embedded.ShardMemory;

/// <summary>Shards by the id of their message: when each is due (8 bytes), and its body. For one caller at a time.</summary>
internal sealed class EmbeddedShardMemory(RocksDatabase database) : IShardMemory
{
    private const int DueLength = 8;

    private readonly ColumnFamily _family = database[ColumnFamilyNames.RememberedShards];
    private readonly WriteBatchBuffer _batch = new();

    public IReadOnlyList<RememberedShard> Load()
    {
        var shards = new List<RememberedShard>();
        using var iterator = database.Iterate(_family);
        for (var valid = iterator.SeekToFirst(); valid; valid = iterator.Next())
        {
            var value = iterator.Value;
            if (value.Length >= DueLength)
                shards.Add(new RememberedShard(Encoding.UTF8.GetString(iterator.Key), value[DueLength..].ToArray(), BinaryPrimitives.ReadInt64BigEndian(value)));
        }
        return shards;
    }

    public void Put(RememberedShard shard)
    {
        var value = new byte[DueLength + shard.Body.Length];
        BinaryPrimitives.WriteInt64BigEndian(value, shard.Due);
        shard.Body.Span.CopyTo(value.AsSpan(DueLength));
        _batch.Clear();
        _batch.Put(_family, Encoding.UTF8.GetBytes(shard.MessageId), value);
        Write();
    }

    public void Remove(string messageId)
    {
        _batch.Clear();
        _batch.Delete(_family, Encoding.UTF8.GetBytes(messageId));
        Write();
    }

    private void Write()
    {
        try
        {
            database.Write(_batch);
        }
        catch (Exception exception) when (exception is RocksDbException or ObjectDisposedException)
        {
            throw new QueueUnavailableException(exception.Message, exception);
        }
    }
}
