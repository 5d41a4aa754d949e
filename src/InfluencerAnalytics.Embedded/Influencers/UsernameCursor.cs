using InfluencerAnalytics.Embedded.KeySpace;
using InfluencerAnalytics.Embedded.RocksDb;

namespace InfluencerAnalytics.Embedded.Influencers;

/// <summary>Usernames of influencers asked for in ascending order: most are the next one in the database. Not safe for concurrent use.</summary>
internal sealed class UsernameCursor(RocksDatabase database) : IDisposable
{
    private readonly RocksIterator _names = database.Iterate(database[ColumnFamilyNames.Names], fillCache: false);
    private long _id = -1;
    private string _name = "";
    private bool _isOn;

    /// <summary>Empty when it has none.</summary>
    public string Read(long id)
    {
        if (id == _id)
            return _name;
        Span<byte> key = stackalloc byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteInt64BigEndian(key, id);
        if (!_isOn || !_names.Next() || SeriesKey.ReadId(_names.Key) != id)
            _isOn = _names.Seek(key);
        _name = _isOn && SeriesKey.ReadId(_names.Key) == id ? System.Text.Encoding.UTF8.GetString(_names.Value) : "";
        _id = id;
        return _name;
    }

    public void Dispose() => _names.Dispose();
}
