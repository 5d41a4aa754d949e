using System.Net.Sockets;
using InfluencerAnalytics.Embedded.Files;
using InfluencerAnalytics.Host.Configuration;
using InfluencerAnalytics.Host.Failures;
using InfluencerAnalytics.Queues;
using InfluencerAnalytics.Stores;
using Microsoft.Extensions.Options;

namespace InfluencerAnalytics.Host.Processes;

/// <summary>Tells what is the user's to mend from what is a bug: the first gets one line and an exit code, the second its stack trace.</summary>
internal static class StartErrors
{
    /// <summary>The failure that an exception comes to, or null for a bug.</summary>
    public static CommandFailedException? Describe(Exception exception)
    {
        for (var current = exception; current is not null; current = current.InnerException)
        {
            switch (current)
            {
                case CommandFailedException known:
                    return known;
                case OptionsValidationException invalid:
                    return new(ExitCodes.InvalidInput, OptionsReport.Describe(invalid.Failures.ToList()), exception);
                case SocketException { SocketErrorCode: SocketError.AddressAlreadyInUse or SocketError.AccessDenied or SocketError.AddressNotAvailable }:
                    return new(ExitCodes.AddressInUse, $"{exception.Message.TrimEnd('.')}. Choose another address with --listen.", exception);
                case EmbeddedDataException unusable:
                    return new(IsInUse(unusable) ? ExitCodes.DirectoryInUse : ExitCodes.DirectoryUnusable, unusable.Message, exception);
                case StoreUnavailableException or QueueUnavailableException:
                    return new(ExitCodes.DirectoryUnusable, current.Message, exception);
                case UnauthorizedAccessException:
                    return new(ExitCodes.DirectoryUnusable, $"{current.Message} Give this user the right, or choose another data directory with --data.", exception);
            }
        }
        return exception is AggregateException { InnerExceptions: [var first, ..] } ? Describe(first) : null;
    }

    private static bool IsInUse(EmbeddedDataException exception) => exception.Message.Contains("in use by another process", StringComparison.Ordinal);
}
