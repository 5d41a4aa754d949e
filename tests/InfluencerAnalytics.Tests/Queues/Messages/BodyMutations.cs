using System.Text;
using CsCheck;

namespace InfluencerAnalytics.Tests.Queues.Messages;

/// <summary>Damages valid bodies: cut, bytes changed, pieces of JSON put in or taken out.</summary>
internal static class BodyMutations
{
    private static readonly string[] Pieces =
    [
        "[", "]", "{", "}", ",", ":", "\"", "null", "-1", "1e400", "99999999999999999999", "\"\\ud800\"", "\"v\":2,", "[[]]", "{\"a\":[1]}", "0.5", "true", "\\",
    ];

    public static Gen<byte[]> Of(byte[] body) => Gen.Select(Gen.Int[0, 3], Gen.Int[0, Math.Max(0, body.Length - 1)], Gen.Int[0, 255], Gen.Int[0, 20])
        .Select((kind, at, value, length) => kind switch
        {
            0 => body[..at],
            1 => Replaced(body, at, (byte)value),
            2 => [.. body[..at], .. Encoding.UTF8.GetBytes(Pieces[value % Pieces.Length]), .. body[at..]],
            _ => [.. body[..at], .. body[Math.Min(body.Length, at + length)..]],
        });

    private static byte[] Replaced(byte[] body, int at, byte value)
    {
        var copy = (byte[])body.Clone();
        if (copy.Length > 0)
            copy[at] = value;
        return copy;
    }
}
