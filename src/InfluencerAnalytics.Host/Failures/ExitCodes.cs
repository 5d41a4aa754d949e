namespace InfluencerAnalytics.Host.Failures;

/// <summary>What the program's exit code says. The text of <c>--help</c> comes from here too.</summary>
internal static class ExitCodes
{
    public const int Success = 0;
    public const int Failure = 1;
    public const int InvalidInput = 2;
    public const int DirectoryInUse = 3;
    public const int AddressInUse = 4;
    public const int DirectoryUnusable = 5;
    public const int NotRunning = 6;

    /// <summary>128 + SIGINT, what a shell reports for a program that an interrupt ended.</summary>
    public const int Interrupted = 130;

    public const string Help =
        """

        Exit codes:
          0    done, or stopped as asked
          1    failed; the message says why
          2    the command line, the input or the configuration is wrong; nothing was done
          3    another process uses the data directory
          4    the address to listen on cannot be had
          5    the data directory cannot be used (permission, damage, newer format, disk)
          6    the command needs a running 'up' (or 'serve') and none answers
          130  stopped at once by a second Ctrl-C
        """;
}
