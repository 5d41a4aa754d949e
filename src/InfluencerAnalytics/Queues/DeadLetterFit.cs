using System.Globalization;
using System.Text;

namespace InfluencerAnalytics.Queues;

/// <summary>
/// Makes what is put aside fit: a body or a reason that is too long is cut, with a mark that says by how much. Every adapter puts both through
/// this, since a message that could not be put aside would come again for ever.
/// </summary>
public static class DeadLetterFit
{
    /// <summary>A reason may quote an exception, which may quote anything.</summary>
    public const int MaxReasonCharacters = 1000;

    /// <summary>The body itself, or as much of it as <see cref="QueueLimits.MaxBodyBytes"/> holds beside the mark.</summary>
    public static ReadOnlyMemory<byte> Body(ReadOnlyMemory<byte> body)
    {
        if (body.Length <= QueueLimits.MaxBodyBytes)
            return body;
        // The mark is longest when all is kept.
        var kept = QueueLimits.MaxBodyBytes - Mark(body.Length, body.Length, "bytes").Length;
        // Never within a character: the bytes 10xxxxxx continue one.
        while ((body.Span[kept] & 0xC0) == 0x80 && kept > QueueLimits.MaxBodyBytes - 100)
            kept--;
        var mark = Mark(kept, body.Length, "bytes");
        var cut = new byte[kept + mark.Length];
        body.Span[..kept].CopyTo(cut);
        Encoding.ASCII.GetBytes(mark, cut.AsSpan(kept));
        return cut;
    }

    /// <summary>The reason itself, or its beginning.</summary>
    public static string Reason(string reason) =>
        reason.Length <= MaxReasonCharacters ? reason
        : reason[..(char.IsHighSurrogate(reason[MaxReasonCharacters - 1]) ? MaxReasonCharacters - 1 : MaxReasonCharacters)]
            + Mark(MaxReasonCharacters, reason.Length, "characters");

    private static string Mark(int kept, int of, string unit) =>
        string.Create(CultureInfo.InvariantCulture, $" [cut: the first {kept} of {of} {unit} are kept]");
}
