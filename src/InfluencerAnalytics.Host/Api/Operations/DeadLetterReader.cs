using System.Text;
using InfluencerAnalytics.Client.Contract;
using InfluencerAnalytics.Influencers;
using InfluencerAnalytics.Queues;

namespace InfluencerAnalytics.Host.Api.Operations;

/// <summary>
/// Reads dead letters to be looked at. A queue gives whole bodies of up to 256 KiB, of which little is shown: one queue of one request at a time
/// is read and cut short, so that at most <see cref="MaxLimit"/> whole bodies (25 MiB) are in memory. Safe for concurrent use.
/// </summary>
internal sealed class DeadLetterReader(IDeadLetters letters) : IDisposable
{
    public const int MaxLimit = 100;

    private const int ShownCharacters = 4096;

    private readonly SemaphoreSlim _turn = new(1);

    public void Dispose() => _turn.Dispose();

    /// <summary>The oldest of some queues.</summary>
    /// <param name="limit">At most <see cref="MaxLimit"/>.</param>
    public async Task<DeadLettersResponse> ReadAsync(IReadOnlyList<string> names, int limit, CancellationToken cancellationToken)
    {
        var found = new List<(long At, DeadLetterItem Item)>();
        long dead = 0, dropped = 0;
        foreach (var name in names)
        {
            found.AddRange(await ReadQueueAsync(name, limit, cancellationToken));
            var count = await letters.CountAsync(name, cancellationToken);
            dead += count.Kept;
            dropped += count.Dropped;
        }
        return new DeadLettersResponse([.. found.OrderBy(letter => letter.At).Take(limit).Select(letter => letter.Item)], dead, dropped);
    }

    private async Task<List<(long At, DeadLetterItem Item)>> ReadQueueAsync(string queue, int limit, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var listed = await letters.ListAsync(queue, limit, cancellationToken);
            return [.. listed.Select(letter => (letter.At, Shorten(letter)))];
        }
        finally
        {
            _turn.Release();
        }
    }

    private static DeadLetterItem Shorten(DeadLetter letter)
    {
        // What is no UTF-8 shows as replacement characters: a body is here to be looked at.
        var bytes = letter.Body.Span;
        var text = Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, ShownCharacters * 4)]);
        return new DeadLetterItem(
            letter.Id, letter.Queue, letter.Reason, UtcText.Of(letter.At),
            text.Length <= ShownCharacters ? text : text[..ShownCharacters], letter.Body.Length);
    }
}
