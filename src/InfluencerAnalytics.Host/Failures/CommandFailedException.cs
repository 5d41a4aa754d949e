namespace InfluencerAnalytics.Host.Failures;

/// <summary>A command cannot go on, for a reason that is the user's to mend: printed without a stack trace.</summary>
/// <param name="exitCode">One of <see cref="ExitCodes"/>.</param>
/// <param name="message">What is wrong and what to do, in one line (several for a list).</param>
internal sealed class CommandFailedException(int exitCode, string message, Exception? innerException = null)
    : Exception(message, innerException)
{
    public int ExitCode { get; } = exitCode;
}
