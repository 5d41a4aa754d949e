namespace Mockstagram.Simulator.Ledger;

/// <summary>
/// Exactly which good answers were served: a ring that keeps the newest entries, and counts those that it had to drop.
/// An entry is written before its answer's first byte is sent, so nobody can hold a reading that the ledger has not
/// seen. Safe for concurrent use.
/// </summary>
public sealed class AnswerLedger
{
    /// <summary>The ring grows by this many entries (1.5 MiB) until it is full, so that a large limit costs nothing by itself.</summary>
    private const int ChunkSize = 65_536;

    private readonly Lock _lock = new();
    private readonly int _capacity;
    private readonly List<LedgerEntry[]> _chunks = [];
    private long _written;

    internal AnswerLedger(int capacity) => _capacity = capacity;

    /// <summary>How many entries are kept at most.</summary>
    public int Capacity => _capacity;

    /// <summary>How many entries were written so far, dropped ones included. A position of the ledger: the next entry gets it.</summary>
    public long Written
    {
        get
        {
            lock (_lock)
                return _written;
        }
    }

    /// <summary>How many entries had to go for newer ones.</summary>
    public long Dropped => Math.Max(0, Written - _capacity);

    /// <summary>
    /// Copies the entries from a position on, as many as fit. Positions count from 0 and stay valid; those already
    /// dropped are skipped.
    /// </summary>
    /// <param name="position">Where to begin; moved behind what was copied.</param>
    /// <param name="entries">Receives the entries, oldest first.</param>
    /// <returns>How many were copied; 0 at the end.</returns>
    public int Read(ref long position, Span<LedgerEntry> entries)
    {
        lock (_lock)
        {
            position = Math.Max(position, _written - _capacity);
            var count = (int)Math.Min(entries.Length, _written - position);
            for (var i = 0; i < count; i++)
            {
                var slot = (int)((position + i) % _capacity);
                entries[i] = _chunks[slot / ChunkSize][slot % ChunkSize];
            }
            position += count;
            return count;
        }
    }

    /// <summary>All entries now kept, oldest first.</summary>
    public IReadOnlyList<LedgerEntry> ReadAll()
    {
        var all = new List<LedgerEntry>();
        var buffer = new LedgerEntry[4096];
        var position = 0L;
        // Bounded: an entry written after this began is not waited for.
        for (var end = Written; position < end;)
        {
            var count = Read(ref position, buffer);
            all.AddRange(buffer.AsSpan(0, count));
        }
        return all;
    }

    internal void Add(in LedgerEntry entry)
    {
        lock (_lock)
        {
            var slot = (int)(_written % _capacity);
            if (slot / ChunkSize == _chunks.Count)
                _chunks.Add(new LedgerEntry[Math.Min(ChunkSize, _capacity - slot)]);
            _chunks[slot / ChunkSize][slot % ChunkSize] = entry;
            _written++;
        }
    }
}
