using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace InfluencerAnalytics.Embedded.RocksDb;

/// <summary>
/// Takes RocksDB's own warnings and errors. What a recovery dropped and why background work stopped is said nowhere else.
/// Safe for concurrent use. Never freed: RocksDB may log until the process ends.
/// </summary>
internal sealed unsafe class RocksDbLog
{
    private const int WarnLevel = 2;

    // More kinds of message than RocksDB has; beyond it every one counts as a repetition.
    private const int MaxKinds = 500;

    private readonly Action<string> _onMessage;
    private readonly GCHandle _self;
    private readonly HashSet<string> _said = new(StringComparer.Ordinal);
    private readonly Lock _gate = new();
    private long _repeated;

    public RocksDbLog(Action<string> onMessage)
    {
        _onMessage = onMessage;
        _self = GCHandle.Alloc(this);
        Handle = RocksDbOptionsApi.rocksdb_logger_create_callback_logger(WarnLevel, &OnMessage, GCHandle.ToIntPtr(_self));
    }

    public nint Handle { get; }

    /// <summary>Bytes of the write-ahead log that a recovery could not use.</summary>
    public long DroppedBytes { get; private set; }

    /// <summary>Lets every kind of message be said again, since things have changed; returns how many were left out as repetitions.</summary>
    public long Forget()
    {
        lock (_gate)
        {
            _said.Clear();
            var repeated = _repeated;
            _repeated = 0;
            return repeated;
        }
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnMessage(nint state, uint level, byte* text, nuint length)
    {
        // Its description of itself and of every option, hundreds of lines at each start, comes whatever level was asked for.
        if (level >= WarnLevel && GCHandle.FromIntPtr(state).Target is RocksDbLog log)
            log.Take(Encoding.UTF8.GetString(text, (int)length));
    }

    private void Take(string message)
    {
        // "…/000012.log: dropping 812 bytes; Corruption: error reading trailing data"
        var at = message.IndexOf("dropping ", StringComparison.Ordinal);
        if (at >= 0 && message.Contains(".log", StringComparison.Ordinal))
        {
            var digits = message.AsSpan(at + "dropping ".Length);
            var end = digits.IndexOfAnyExceptInRange('0', '9');
            if (end > 0 && long.TryParse(digits[..end], NumberStyles.None, CultureInfo.InvariantCulture, out var bytes))
                DroppedBytes += bytes;
        }

        if (IsNew(message))
            _onMessage(message);
    }

    // The same line about another file, time or number is a repetition.
    private bool IsNew(string message)
    {
        var kind = string.Create(message.Length, message, static (to, from) =>
        {
            for (var i = 0; i < to.Length; i++)
                to[i] = char.IsAsciiDigit(from[i]) ? '0' : from[i];
        });
        lock (_gate)
        {
            if (_said.Count < MaxKinds && _said.Add(kind))
                return true;
            _repeated++;
            return false;
        }
    }
}
