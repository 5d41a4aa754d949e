namespace InfluencerAnalytics.Suspicion;

/// <summary>
/// A relative change as one byte, so that a week of hours is 168 bytes: 0 says that it is not known, 128 stands for none, and the 127 codes on either side for amounts from 0.001% to 200%,
/// each a tenth greater than the one before it. A change is a natural logarithm, <c>ln(after / before)</c>: changes one after the other add up, and a doubling is as far from nothing
/// as a halving. What is decoded is within 5% of what was encoded. Codes are in the order of the changes.
/// </summary>
internal static class ChangeCode
{
    public const byte Unknown = 0;

    private const int None = 128;
    private const int Amounts = 127;
    private const double Least = 1e-5;
    private const double Greatest = 2;

    // The logarithm of the step between amounts: 126 steps lead from the least to the greatest.
    private static readonly double Step = Math.Log(Greatest / Least) / (Amounts - 1);

    private static readonly double[] Changes = [.. Enumerable.Range(0, 256).Select(ChangeOf)];

    public static byte Of(double change)
    {
        var amount = Math.Abs(change);
        if (amount < Least / 2)
            return None;
        var number = 1 + Math.Clamp((int)Math.Round(Math.Log(amount / Least) / Step), 0, Amounts - 1);
        return (byte)(change > 0 ? None + number : None - number);
    }

    /// <summary>The change that a code stands for; null when it is not known.</summary>
    public static double? Decode(byte code) => code == Unknown ? null : Changes[code];

    /// <summary>From one count to another; a count of 0 is taken for 1.</summary>
    public static double Between(long before, long after) => Math.Log((double)Math.Max(1, after) / Math.Max(1, before));

    private static double ChangeOf(int code) =>
        code == None ? 0 : Math.Sign(code - None) * Least * Math.Exp((Math.Abs(code - None) - 1) * Step);
}
